import { realpathSync } from 'node:fs';
import { sep } from 'node:path';

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
