import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { RequestFailed } from '../requests/index.ts';

export interface Place {
  readonly root: string;
  /** The real path, without links, below the root or the root itself. */
  readonly full: string;
}

/**
 * Where `path` really is below `root`. Throws `RequestFailed`: `outside` for what leads out of the root (`..`, an absolute path, a link),
 * `notFound` for what is not there.
 */
export async function confine(root: string, path: string): Promise<Place> {
  if (!isAbsolute(root)) throw new RequestFailed('badParams', `The root ${JSON.stringify(root)} is no absolute path.`);
  if (path.includes('\0')) throw new RequestFailed('badParams', 'A path has no NUL in it.');
  if (isAbsolute(path) || path.split(/[/\\]/).includes('..')) throw outside(path);
  const realRoot = await real(root, `The folder ${root} is not there.`);
  const full = await real(join(realRoot, path), `There is no ${JSON.stringify(path)} in the project.`);
  if (!isWithin(realRoot, full)) throw outside(path);
  return { root: realRoot, full };
}

/** Both are real paths. */
export function isWithin(root: string, full: string): boolean {
  return full === root || full.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** From the root on, `/`-separated. */
export function relativePath({ root, full }: Place): string {
  return relative(root, full).split(sep).join('/');
}

export function outside(path: string): RequestFailed {
  return new RequestFailed('outside', `${JSON.stringify(path)} leads out of the project; agor does not follow it.`);
}

/** What the system says, in the person's words. */
export function fileError(error: unknown, path: string): RequestFailed {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new RequestFailed('notFound', `There is no ${path}.`);
  if (code === 'ENOTDIR') return new RequestFailed('notFound', `${path} is no folder.`);
  if (code === 'EACCES' || code === 'EPERM') return new RequestFailed('denied', `You may not open ${path}.`);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new RequestFailed('failed', 'The disk is full. Free some space and try again.');
  if (code === 'EROFS') return new RequestFailed('denied', `${path} lies on a disk that can only be read.`);
  if (code === 'ELOOP') return new RequestFailed('notFound', `${path} is a link to itself.`);
  return new RequestFailed('failed', `${path} cannot be opened: ${message}`);
}

async function real(path: string, missing: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new RequestFailed('notFound', missing);
    throw fileError(error, path);
  }
}
