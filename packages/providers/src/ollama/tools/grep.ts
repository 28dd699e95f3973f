import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { consentToRead } from './file-consent.ts';
import { gitEnvironment, output } from './run-program.ts';
import { defineTool, ToolRefusal } from './tool.ts';

const MAX_FOUND = 200;
const MAX_LINE_CHARS = 300;
/** Both of git and of grep: nothing found, and something was wrong. */
const NOTHING = 1;

export const grepTool = defineTool({
  name: 'Grep',
  description:
    'Searches file contents for a regular expression (POSIX extended) and gives path:line:text. Files that git ignores are left out.',
  kind: 'search',
  readOnly: true,
  schema: z.object({
    pattern: z.string().min(1).describe('Regular expression'),
    path: z.string().default('.').describe('File or folder to search; default: the project'),
    glob: z.string().optional().describe('Only files like this, such as *.ts'),
    ignore_case: z.stringbool().or(z.boolean()).optional().describe('Whether upper and lower case are the same'),
  }),
  aliases: { query: 'pattern', regex: 'pattern', include: 'glob', dir: 'path', directory: 'path', file_path: 'path' },
  title: ({ pattern, path = '.' }, place) =>
    typeof pattern === 'string' ? `${pattern}${path === '.' ? '' : ` in ${place.shown(String(path))}`}` : undefined,
  consent: ({ path }, place) => consentToRead('Grep', path || '.', place),
  run: async ({ pattern, path, glob, ignore_case: ignoreCase }, { place, signal }) => {
    const located = await place.locate(path || '.');
    const info = await stat(located.path).catch(() => null);
    if (!info) throw new ToolRefusal(`There is no ${located.shown}.`);
    const cwd = info.isDirectory() ? located.path : dirname(located.path);
    const where = info.isDirectory()
      ? glob
        ? [`:(glob)**/${glob.replace(/^\*\*\//, '')}`]
        : ['.']
      : [basename(located.path)];
    // A program with a matcher of its own: a pattern that backtracks for ever would stop us.
    const searched = await output(
      [
        'git',
        ...['-c', 'core.fsmonitor=false', 'grep', '--no-index', '--exclude-standard', '-nIE', '--no-color'],
        ...(ignoreCase ? ['-i'] : []),
        ...['-e', pattern, '--', ...where],
      ],
      { cwd, signal, env: gitEnvironment() },
    );
    if (searched.exitCode === null && !searched.cut)
      throw new ToolRefusal(`The search failed: ${searched.errors || 'it took too long'}`);
    if (searched.exitCode !== null && searched.exitCode > NOTHING) throw new ToolRefusal(searched.errors.trim());
    return { output: wordsOf(searched.text, pattern) };
  },
});

function wordsOf(text: string, pattern: string): string {
  const lines = text.split('\n').filter(Boolean);
  if (lines.length === 0) return `Nothing matches ${pattern}.`;
  const more = lines.length - MAX_FOUND;
  const shown = lines.slice(0, MAX_FOUND).map((line) => line.slice(0, MAX_LINE_CHARS));
  return shown.join('\n') + (more > 0 ? `\n(and ${more} more)` : '');
}
