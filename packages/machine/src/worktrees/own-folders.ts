import { lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '@agor/runtime';
import { absent, type WorktreePlace } from './place.ts';

/**
 * agor's own folders in the folder of worktrees:
 * - `.making/<name>`, an empty file: that worktree is being made, and nobody was let in yet.
 * - `.checking/<name>`: on its way out, looked at once more where nobody finds it by its path.
 * - `.removed/<name>-<random>`: given up; nothing but its deletion is left.
 */
export const MAKING = '.making';
export const CHECKING = '.checking';
export const REMOVED = '.removed';

/** One of them, made if it is not there. Fails when a link or a file is in its place: what is moved there would go elsewhere. */
export async function ownFolder(root: string, name: string): Promise<Result<string, string>> {
  const path = join(root, name);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    if ((await lstat(path)).isDirectory()) return ok(path);
  } catch (error) {
    return err(`${path} cannot be made (${(error as Error).message})`);
  }
  return err(`${path} is no folder of agor's: a link is in its place. Remove the link`);
}

/** What lies in one of them; nothing where it is no folder. */
export async function ownEntries(root: string, name: string): Promise<string[]> {
  const path = join(root, name);
  if (!(await lstat(path).catch(absent))?.isDirectory()) return [];
  return readdir(path);
}

/** Says that a worktree is being made: what lies there until `made` is nobody's work. */
export async function making({ root, name }: WorktreePlace): Promise<Result<null, string>> {
  const folder = await ownFolder(root, MAKING);
  if (!folder.ok) return folder;
  try {
    await writeFile(join(folder.value, name), '', { mode: 0o600 });
    return ok(null);
  } catch (error) {
    return err(`${join(folder.value, name)} cannot be written (${(error as Error).message})`);
  }
}

export async function isMaking({ root, name }: WorktreePlace): Promise<boolean> {
  return (await ownEntries(root, MAKING)).includes(name);
}

export async function made({ root, name }: WorktreePlace): Promise<void> {
  await rm(join(root, MAKING, name), { force: true });
}

/** Moves a folder to where only its deletion is left for it. */
export async function giveUp(root: string, from: string, name: string): Promise<Result<string, string>> {
  const folder = await ownFolder(root, REMOVED);
  if (!folder.ok) return folder;
  const tombstone = join(folder.value, `${name}-${crypto.randomUUID().slice(0, 8)}`);
  try {
    await rename(from, tombstone);
    return ok(tombstone);
  } catch (error) {
    return err(`${from} cannot be moved (${(error as Error).message})`);
  }
}
