import { constants, type Stats } from 'node:fs';
import { access, lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** A trash that files of one file system can be moved to without copying. */
export interface TrashPlace {
  readonly kind: 'freedesktop' | 'mac';
  /** `files` and `info` lie in it (freedesktop), or the things themselves (mac). */
  readonly path: string;
  /** Paths in it are told from here on; null: they are absolute. */
  readonly top: string | null;
}

export interface TrashContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly uid: number;
}

export const systemTrash = (): TrashContext => ({
  env: process.env,
  platform: process.platform,
  uid: process.getuid?.() ?? 0,
});

/** The trash for what lies in `folder` (a real path), made if it is missing; or why there is none, in words. */
export async function trashFor(folder: string, context: TrashContext): Promise<TrashPlace | { readonly none: string }> {
  const { dev } = await stat(folder);
  return context.platform === 'darwin' ? macTrash(dev, context) : freedesktopTrash(folder, dev, context);
}

async function macTrash(dev: number, { env }: TrashContext): Promise<TrashPlace | { readonly none: string }> {
  const path = join(env.HOME ?? homedir(), '.Trash');
  if ((await stat(path).catch(() => null))?.dev !== dev) return { none: 'this volume has no trash that agor can use' };
  return { kind: 'mac', path, top: null };
}

/** As the FreeDesktop.org trash specification 1.0 says: of home, `.Trash/<uid>` of the file system's top, `.Trash-<uid>` there. */
async function freedesktopTrash(
  folder: string,
  dev: number,
  { env, uid }: TrashContext,
): Promise<TrashPlace | { readonly none: string }> {
  const data = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(env.HOME ?? homedir(), '.local/share');
  const home = join(data, 'Trash');
  if ((await deviceOfNearest(home)) === dev && (await makeTrash(home, uid)))
    return { kind: 'freedesktop', path: await realpath(home), top: null };
  const top = await topOf(folder, dev);
  const shared = await lstat(join(top, '.Trash')).catch(() => null);
  const isSticky = shared?.isDirectory() && (shared.mode & 0o1000) !== 0;
  for (const path of [...(isSticky ? [join(top, '.Trash', String(uid))] : []), join(top, `.Trash-${uid}`)])
    if (await makeTrash(path, uid)) return { kind: 'freedesktop', path, top };
  return { none: `the disk of ${top} has no trash, and none can be made there` };
}

async function deviceOfNearest(path: string): Promise<number | null> {
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (found) return found.dev;
    if (at === dirname(at)) return null;
  }
}

/** The highest folder above that is still of the file system. */
async function topOf(folder: string, dev: number): Promise<string> {
  let top = folder;
  while (top !== dirname(top) && (await stat(dirname(top)).catch(() => null))?.dev === dev) top = dirname(top);
  return top;
}

/** False when it can't be made, or is not ours alone: others must not read what was thrown away. */
async function makeTrash(path: string, uid: number): Promise<boolean> {
  try {
    for (const folder of [path, join(path, 'files'), join(path, 'info')]) {
      await mkdir(folder, { recursive: folder === path && !path.includes('/.Trash'), mode: 0o700 }).catch((error) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      });
      if (!isOurFolder(await lstat(folder), uid)) return false;
      await access(folder, constants.W_OK | constants.X_OK);
    }
    return true;
  } catch {
    return false; // no rights, a read-only disk: the next place is tried
  }
}

function isOurFolder(stats: Stats, uid: number): boolean {
  return stats.isDirectory() && stats.uid === uid;
}
