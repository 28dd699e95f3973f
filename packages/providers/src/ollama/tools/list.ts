import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { z } from 'zod';
import { consentToRead } from './file-consent.ts';
import { defineTool, ToolRefusal } from './tool.ts';

const MAX_ENTRIES = 500;

export const listTool = defineTool({
  name: 'List',
  description: 'Lists the files and folders in a folder; folders end with a slash.',
  kind: 'search',
  readOnly: true,
  schema: z.object({ path: z.string().default('.').describe('The folder; default: the project') }),
  aliases: { dir: 'path', directory: 'path', folder: 'path', file_path: 'path' },
  title: ({ path = '.' }, place) => place.shown(String(path)),
  consent: ({ path }, place) => consentToRead('List', path || '.', place),
  run: async ({ path }, { place }) => {
    const located = await place.locate(path || '.');
    const entries = await readdir(located.path, { withFileTypes: true }).catch((error: Error) => {
      throw new ToolRefusal(`${located.shown}: ${error.message}`);
    });
    const names = entries.map(nameOf).sort();
    const more = names.length - MAX_ENTRIES;
    const shown = names.slice(0, MAX_ENTRIES).join('\n') || '(The folder is empty.)';
    return { output: more > 0 ? `${shown}\n(and ${more} more)` : shown };
  },
});

function nameOf(entry: Dirent): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}
