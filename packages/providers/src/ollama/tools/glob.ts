import { z } from 'zod';
import { consentToRead } from './file-consent.ts';
import { filesOf } from './files-of.ts';
import { defineTool } from './tool.ts';

const MAX_FOUND = 200;

export const globTool = defineTool({
  name: 'Glob',
  description: 'Finds files by their path, such as **/*.ts or src/**/test_*.py. Files that git ignores are left out.',
  kind: 'search',
  readOnly: true,
  schema: z.object({
    pattern: z.string().min(1).describe('Glob pattern'),
    path: z.string().default('.').describe('Folder to search; default: the project'),
  }),
  aliases: { glob: 'pattern', dir: 'path', directory: 'path', folder: 'path' },
  title: ({ pattern, path = '.' }, place) =>
    typeof pattern === 'string' ? `${pattern}${path === '.' ? '' : ` in ${place.shown(String(path))}`}` : undefined,
  consent: ({ path }, place) => consentToRead('Glob', path || '.', place),
  run: async ({ pattern, path }, { place, signal }) => {
    const { path: folder } = await place.locate(path || '.');
    // `*.ts` is meant anywhere by most models.
    const wanted = new Bun.Glob(pattern.includes('/') ? pattern.replace(/^\.?\//, '') : `**/${pattern}`);
    const found = (await filesOf(folder, signal)).filter((file) => wanted.match(file)).sort();
    if (found.length === 0) return { output: `No file matches ${pattern}.` };
    const more = found.length - MAX_FOUND;
    return { output: found.slice(0, MAX_FOUND).join('\n') + (more > 0 ? `\n(and ${more} more)` : '') };
  },
});
