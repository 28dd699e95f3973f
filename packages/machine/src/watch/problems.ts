import { readFileSync } from 'node:fs';

/** Why a folder can't be watched, in words that say what to do about it. */
export function watchProblem(folder: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC')
    return `The system lets programs watch no more folders${limitOf('max_user_watches')}, so changes in ${folder} are not noticed. Raise the limit: sudo sysctl fs.inotify.max_user_watches=524288`;
  if (code === 'EMFILE' || code === 'ENFILE')
    return `The system has no more file watchers${limitOf('max_user_instances')}, so changes in ${folder} are not noticed. Raise the limit: sudo sysctl fs.inotify.max_user_instances=1024`;
  return `Changes in ${folder} are not noticed: ${message}`;
}

export function goneProblem(folder: string): string {
  return `The folder ${folder} is not there, so nothing in it can be watched.`;
}

export function tooManyFolders(folder: string, most: number): string {
  return `${folder} has more folders than agor watches (${most.toLocaleString('en')}): changes in some of them are not noticed. Watch a smaller part of it.`;
}

function limitOf(name: string): string {
  try {
    return ` (the limit ${name} is ${readFileSync(`/proc/sys/fs/inotify/${name}`, 'utf8').trim()})`;
  } catch {
    return ''; // no Linux: the message does without the number
  }
}
