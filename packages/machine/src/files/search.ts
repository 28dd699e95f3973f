import type { FoundLine } from '@agor/protocol';
import { RequestFailed } from '../requests/index.ts';
import { confine } from './confine.ts';
import { askGit } from './git.ts';

const MAX_FOUND = 1_000;
const MAX_LINE_CHARS = 400;
const MAX_BYTES = 4 * 1024 * 1024;
const PER_FILE = '200';

/**
 * Lines below `root` that have `query`, taken literally; case counts only where it has capitals. Git looks, also where there is no repository; what
 * it ignores and binary files are left out. Throws `RequestFailed` where there is no git.
 */
export async function searchFiles(
  root: string,
  query: string,
  signal: AbortSignal,
): Promise<{ found: FoundLine[]; more: boolean }> {
  const { root: cwd } = await confine(root, '');
  const inside = await askGit(['rev-parse', '--is-inside-work-tree'], { cwd, signal });
  if (!inside) throw new RequestFailed('failed', 'The search in files needs git, and this machine has none.');
  const where = inside.code === 0 ? '--untracked' : '--no-index';
  const how = ['-z', '-n', '--column', '-I', '-F', '--no-color', '--no-textconv', '--no-recurse-submodules'];
  const cased = query === query.toLowerCase() ? ['-i'] : [];
  const args = [
    'grep',
    ...how,
    ...cased,
    `--max-count=${PER_FILE}`,
    where,
    '--exclude-standard',
    '-e',
    query,
    '--',
    '.',
  ];
  const answer = await askGit(args, { cwd, signal, maxBytes: MAX_BYTES });
  if (!answer || answer.code > 1) throw new RequestFailed('failed', 'git could not search here.');
  const lines = answer.stdout.toString('latin1').split('\n');
  if (answer.isCut) lines.pop(); // cut in its middle
  const found = lines.slice(0, MAX_FOUND).flatMap((line) => foundLine(line, query) ?? []);
  return { found, more: answer.isCut || lines.length - 1 > MAX_FOUND };
}

/** `path NUL line NUL column NUL text`; columns count bytes, so the bytes are kept until here. */
function foundLine(raw: string, query: string): FoundLine | null {
  const match = /^([^\0]+)\0(\d+)\0(\d+)\0(.*)$/s.exec(raw);
  if (!match) return null;
  const [, path = '', line, byte, text = ''] = match;
  const before = decode(text.slice(0, Number(byte) - 1));
  const whole = decode(text);
  // Of a long line, the part around the match.
  const from = before.length + query.length > MAX_LINE_CHARS ? before.length - 40 : 0;
  return {
    path: decode(path),
    line: Number(line),
    column: before.length + 1,
    text: whole.slice(from, from + MAX_LINE_CHARS),
  };
}

function decode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}
