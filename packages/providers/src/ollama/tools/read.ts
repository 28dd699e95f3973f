import { z } from 'zod';
import { consentToRead } from './file-consent.ts';
import { readText } from './text-file.ts';
import { defineTool, ToolRefusal } from './tool.ts';

const MAX_LINES = 2_000;
const MAX_CHARS = 60_000;

export const readTool = defineTool({
  name: 'Read',
  description: `Reads a text file. At most ${MAX_LINES} lines at once; use offset and limit for other parts.`,
  kind: 'read',
  readOnly: true,
  schema: z.object({
    file_path: z.string().min(1).describe('Path of the file'),
    offset: z.coerce.number().int().min(1).optional().describe('First line, from 1'),
    limit: z.coerce.number().int().min(1).optional().describe('Number of lines'),
  }),
  aliases: { path: 'file_path', file: 'file_path', filename: 'file_path', filePath: 'file_path' },
  title: ({ file_path: path }, place) => (typeof path === 'string' ? place.shown(path) : undefined),
  consent: ({ file_path: path }, place) => consentToRead('Read', path, place),
  run: async ({ file_path: path, offset = 1, limit = MAX_LINES }, { place }) => {
    const located = await place.locate(path);
    const text = await readText(located);
    if (text === null) throw new ToolRefusal(`There is no file ${located.shown}.`);
    if (text === '') return { output: '(The file is empty.)' };
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    if (offset > lines.length) throw new ToolRefusal(`${located.shown} has only ${lines.length} lines.`);
    return { output: part(lines, offset, Math.min(limit, MAX_LINES)) };
  },
});

/** The wanted lines as they are: numbers before them would end up in edits. What is left out is said. */
function part(lines: readonly string[], offset: number, limit: number): string {
  const wanted: string[] = [];
  let chars = 0;
  for (const line of lines.slice(offset - 1, offset - 1 + limit)) {
    chars += line.length + 1;
    if (chars > MAX_CHARS && wanted.length > 0) break;
    wanted.push(line.slice(0, MAX_CHARS));
  }
  const last = offset - 1 + wanted.length;
  const whole = offset === 1 && last === lines.length;
  const note = whole ? '' : `\n(Lines ${offset} to ${last} of ${lines.length}.)`;
  return wanted.join('\n') + note;
}
