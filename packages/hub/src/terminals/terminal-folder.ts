import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { rejected } from '../failure.ts';

/** A folder that a shell can start in. Throws `Failure` REJECTED for what is none. */
export function terminalFolder(cwd: string): string {
  const path = cwd === '~' || cwd.startsWith('~/') ? join(homedir(), cwd.slice(1)) : cwd;
  if (!isAbsolute(path)) throw rejected(`${JSON.stringify(cwd)} is no absolute path.`);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw rejected(`The folder ${path} is not there, so no terminal can be started in it.`);
  }
  return path;
}
