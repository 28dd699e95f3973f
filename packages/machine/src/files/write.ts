import { randomBytes } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, link, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { type FileContent, type FileWritten, MAX_FILE_READ_BYTES } from '@agor/protocol';
import { RequestFailed } from '../requests/index.ts';
import { fileError, type Place, relativePath } from './confine.ts';
import { type OpenEntry, openEntry } from './open-folder.ts';
import { openProjectFile, readProjectFile } from './read.ts';
import { versionOfContent } from './version.ts';

const NEW_FILE_MODE = 0o666; // less what the umask takes
/** Where no file can be put beside it (a folder that is not ours, a mount of one file), the file itself is written. */
const NOT_BESIDE = new Set(['EACCES', 'EPERM', 'EBUSY', 'EXDEV']);

/**
 * Writes a text file of the project, if it still is what the caller read (`expected`; null: there must be none). The file is replaced as a whole
 * and keeps its mode; a link within the project stays one, its target is written. Throws `RequestFailed`.
 */
export async function writeProjectFile(
  root: string,
  path: string,
  content: string,
  expected: string | null,
): Promise<FileWritten> {
  const bytes = Buffer.from(content);
  if (bytes.byteLength > MAX_FILE_READ_BYTES) {
    throw new RequestFailed(
      'tooLarge',
      `A file that is written here may have ${MAX_FILE_READ_BYTES >> 20} MB at most.`,
    );
  }
  const version = versionOfContent(bytes);
  const before = await statsNow(root, path); // before it is read: what comes after is noticed
  const now = await contentNow(root, path);
  // Written before, and the answer was lost.
  if (now?.version === version) return { kind: 'written', version, size: bytes.byteLength };
  if ((now?.version ?? null) !== expected) return { kind: 'conflict', now };
  const isWritten =
    before === null || now === null
      ? now === null && (await createFile(root, path, bytes))
      : await replaceFile(root, path, bytes, before);
  return isWritten
    ? { kind: 'written', version, size: bytes.byteLength }
    : { kind: 'conflict', now: await contentNow(root, path) };
}

async function contentNow(root: string, path: string): Promise<FileContent | null> {
  try {
    return await readProjectFile(root, path);
  } catch (error) {
    if (error instanceof RequestFailed && error.code === 'notFound') return null;
    throw error;
  }
}

/** False when something of that name came meanwhile. */
async function createFile(root: string, path: string, bytes: Uint8Array): Promise<boolean> {
  await using entry = await openEntry(root, path, true);
  const temp = await writeBeside(entry, bytes, NEW_FILE_MODE);
  try {
    await link(temp, entry.place);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return await refuseDeadLink(entry, path);
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw fileError(error, JSON.stringify(path));
    // A file system without hard links: the name is not taken, as far as can be told.
    if (await lstat(entry.place).catch(() => null)) return await refuseDeadLink(entry, path);
    await rename(temp, entry.place);
    return true;
  } finally {
    await rm(temp, { force: true });
  }
}

async function refuseDeadLink({ place }: OpenEntry, path: string): Promise<false> {
  if (await stat(place).catch(() => null)) return false;
  throw new RequestFailed('failed', `${JSON.stringify(path)} is a link to a file that is not there.`);
}

/** Null: there is no such file. */
async function statsNow(root: string, path: string): Promise<(Place & { readonly stats: BigIntStats }) | null> {
  try {
    const { file, ...place } = await openProjectFile(root, path);
    try {
      return { ...place, stats: await file.stat({ bigint: true }) };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof RequestFailed && error.code === 'notFound') return null;
    throw error;
  }
}

/** False when the file is another one than `target` by the time it would be replaced. */
async function replaceFile(
  root: string,
  path: string,
  bytes: Uint8Array,
  target: Place & { readonly stats: BigIntStats },
): Promise<boolean> {
  const before = target.stats;
  await using entry = await openEntry(root, relativePath(target));
  const isSame = async () => {
    const at = await lstat(entry.place, { bigint: true }).catch(() => null);
    return at !== null && at.ino === before.ino && at.mtimeNs === before.mtimeNs && at.size === before.size;
  };
  let temp: string | null = null;
  try {
    temp = await writeBeside(entry, bytes, Number(before.mode) & 0o7777, before);
    if (!(await isSame())) return false;
    await rename(temp, entry.place);
    return true;
  } catch (error) {
    if (!NOT_BESIDE.has((error as NodeJS.ErrnoException).code ?? '')) throw fileError(error, JSON.stringify(path));
    if (!(await isSame())) return false;
    await overwrite(entry, path, bytes);
    return true;
  } finally {
    if (temp !== null) await rm(temp, { force: true });
  }
}

/** Throws what the system says. */
async function writeBeside(
  entry: OpenEntry,
  bytes: Uint8Array,
  mode: number,
  like?: Pick<BigIntStats, 'uid' | 'gid'>,
): Promise<string> {
  const temp = entry.folder.at(`.agor-${randomBytes(6).toString('hex')}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(temp, flags, mode);
  try {
    if (like) {
      await keepOwner(file, like);
      await file.chmod(mode); // the umask may have taken bits away
    }
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return temp;
}

async function keepOwner(file: FileHandle, { uid, gid }: Pick<BigIntStats, 'uid' | 'gid'>): Promise<void> {
  const mine = await file.stat({ bigint: true });
  if (mine.uid === uid && mine.gid === gid) return;
  await file.chown(Number(uid), Number(gid)).catch(() => {
    // Only root may give a file away: it is then ours, as with every editor.
  });
}

async function overwrite(entry: OpenEntry, path: string, bytes: Uint8Array): Promise<void> {
  try {
    const file = await open(entry.place, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      await file.truncate(0);
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError(error, JSON.stringify(path));
  }
}
