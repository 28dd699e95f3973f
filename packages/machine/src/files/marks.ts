import { type FileMark, MAX_FILE_MARKS } from '@agor/protocol';
import { confine } from './confine.ts';
import { askGit } from './git.ts';

const STATUS = ['status', '--porcelain=v1', '-z', '--untracked-files=normal', '--no-renames', '--', '.'];

/** How the files below `root` differ from what git has, by path from `root` on; an untracked folder stands for what is in it. */
export async function fileMarks(root: string, signal: AbortSignal): Promise<Record<string, FileMark>> {
  const { root: cwd } = await confine(root, '');
  const [prefix, status] = await Promise.all([
    askGit(['rev-parse', '--show-prefix'], { cwd, signal }),
    askGit(STATUS, { cwd, signal }),
  ]);
  if (!status || !prefix || prefix.code !== 0 || status.code !== 0) return {};
  const start = prefix.stdout.toString().replace(/\n$/, '');
  const marks: Record<string, FileMark> = {};
  for (const line of status.stdout.toString().split('\0').slice(0, MAX_FILE_MARKS)) {
    const path = line.slice(3).replace(/\/$/, '');
    const mark = markOf(line.slice(0, 2));
    if (mark && path.startsWith(start)) marks[path.slice(start.length)] = mark;
  }
  return marks;
}

function markOf(code: string): FileMark | null {
  if (code === '??') return 'untracked';
  if (code.includes('U') || code === 'AA' || code === 'DD') return 'conflicted';
  if (code.includes('D')) return 'deleted';
  if (code.startsWith('A')) return 'added';
  return /[MT]/.test(code) ? 'modified' : null;
}
