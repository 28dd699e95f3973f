import { realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Failure, rejected } from '../failure.ts';
import { refuseOwnFolder } from '../within.ts';

/**
 * The real path of a folder that is to be a project. Throws `Failure` when it is no folder, or lies in one of agor's own (`forbidden`).
 */
export function projectFolder(cwd: string, forbidden: readonly string[]): string {
  const path = cwd === '~' || cwd.startsWith('~/') ? join(homedir(), cwd.slice(1)) : cwd;
  if (!isAbsolute(path)) {
    throw rejected(`${JSON.stringify(cwd)} is no absolute path. Name the folder from / on.`);
  }
  let real: string;
  try {
    real = realpathSync(path);
    if (!statSync(real).isDirectory()) {
      throw rejected(`${path} is no folder. Choose the folder that the project lies in.`);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw rejected(`${path} can't be opened: ${reasonOf(error)}.`);
  }
  refuseOwnFolder(real, forbidden);
  return real;
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such folder';
  if (code === 'EACCES') return 'you have no right to';
  if (code === 'ENOTDIR') return 'a part of it is a file';
  return (error as Error).message;
}
