import { z } from 'zod';
import { lineDiff } from '../../line-diff.ts';
import { consentToChange } from './file-consent.ts';
import { readText, writeText } from './text-file.ts';
import { defineTool } from './tool.ts';

export const writeTool = defineTool({
  name: 'Write',
  description: 'Writes a whole file, replacing what it had. Use Edit to change a part of a file.',
  kind: 'write',
  readOnly: false,
  schema: z.object({
    file_path: z.string().min(1).describe('Path of the file'),
    content: z.string().describe('The whole new content'),
  }),
  aliases: { path: 'file_path', file: 'file_path', filename: 'file_path', filePath: 'file_path', text: 'content' },
  title: ({ file_path: path }, place) => (typeof path === 'string' ? place.shown(path) : undefined),
  consent: async ({ file_path: path }, place) => {
    const located = await place.locate(path);
    await readText(located);
    return consentToChange('Write', located);
  },
  run: async ({ file_path: path, content }, { place }) => {
    const located = await place.locate(path);
    const before = await readText(located);
    await writeText(located, content);
    const diff = lineDiff(located.shown, before, content);
    return { output: `${before === null ? 'Created' : 'Wrote'} ${located.shown}.`, diffs: diff ? [diff] : [] };
  },
});
