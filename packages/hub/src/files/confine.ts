import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { notFound, rejected } from '../failure.ts';

/**
 * The place of `path` below a project's root, as a real path without links. Throws `Failure`: REJECTED for whatever leads out of the root
 * (`..`, an absolute path, a link), NOT_FOUND for what is not there. The machine checks again when it opens the file; this one gives the words.
 */
export function confine(root: string, path: string): { readonly root: string; readonly path: string } {
  if (path.includes('\0')) throw rejected('A path has no NUL in it.');
  if (isAbsolute(path))
    throw rejected(`${JSON.stringify(path)} is an absolute path; name it from the project's folder on.`);
  if (path.split(/[/\\]/).includes('..')) throw rejected(`${JSON.stringify(path)} leads out of the project.`);
  const realRoot = real(root, `The project's folder ${root} is not there.`);
  const full = real(join(realRoot, path), `There is no ${JSON.stringify(path)} in the project.`);
  if (full !== realRoot && !full.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) {
    throw rejected(`${JSON.stringify(path)} is a link that leads out of the project; agor does not follow it.`);
  }
  return { root: realRoot, path: relative(realRoot, full).split(sep).join('/') };
}

/** As `confine`, for a file to be read: a device or a FIFO has no content, and could hold its reader for ever. */
export function confineFile(root: string, path: string): { readonly root: string; readonly path: string } {
  const place = confine(root, path);
  const stat = statSync(join(place.root, place.path));
  if (stat.isDirectory()) throw rejected(`${JSON.stringify(path)} is a folder.`);
  if (!stat.isFile()) throw rejected(`${JSON.stringify(path)} is no regular file (a device, a pipe or a socket).`);
  return place;
}

function real(path: string, missing: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw notFound(missing);
    if (code === 'ELOOP') throw rejected(`${path} is a link to itself.`);
    throw rejected(`${path} can't be opened: ${(error as Error).message}`);
  }
}
