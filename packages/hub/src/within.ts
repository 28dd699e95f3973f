import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { rejected } from './failure.ts';

/** Whether `path` is `folder` or lies in it. Both absolute and real. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

export function realpathOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // a folder that is away just now still has its name
  }
}

/** Throws `Failure` when `path` lies in one of agor's own folders: an agent that works there could read agor's token and change its groups. */
export function refuseOwnFolder(path: string, ownFolders: readonly string[]): void {
  const real = realpathOrSame(path);
  const own = ownFolders.map(realpathOrSame).find((folder) => isWithin(real, folder));
  if (own !== undefined)
    throw rejected(`${real} lies in agor's own folder ${own}; agents have no business there. Choose another folder.`);
}
