import { MAX_WATCH_PATTERN } from '@agor/protocol';

/** Why a file can't be watched below a folder; null when it can. Whatever characters its name has. */
export function fileProblem(path: string): string | null {
  if (path === '' || path.length > MAX_WATCH_PATTERN || path.includes('\0'))
    return `${JSON.stringify(path)} is no path.`;
  return path.startsWith('/') || path.split('/').includes('..')
    ? `${JSON.stringify(path)} leads out of the folder.`
    : null;
}

/** Why a path or glob can't be watched below a folder, in words for whoever wrote it; null when it can. */
export function patternProblem(pattern: string): string | null {
  if (pattern.trim() === '') return 'Name a file or a pattern, for example src/**/*.ts.';
  if (pattern.length > MAX_WATCH_PATTERN) return 'The pattern is too long.';
  if (pattern.includes('\0')) return 'A path has no NUL in it.';
  if (pattern.startsWith('/') || pattern.startsWith('~'))
    return `${JSON.stringify(pattern)} is not below the folder; name it from the folder on.`;
  if (pattern.split('/').includes('..')) return `${JSON.stringify(pattern)} leads out of the folder.`;
  if (pattern.startsWith('!')) return 'A pattern can not begin with "!": name what is watched.';
  if (pattern.endsWith('/'))
    return `${JSON.stringify(pattern)} is a folder; for all that is in it, write ${pattern}**.`;
  return null;
}
