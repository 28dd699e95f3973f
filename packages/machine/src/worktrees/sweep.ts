import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Logger } from '@agor/runtime';
import type { Git } from './git.ts';
import { CHECKING, giveUp, MAKING, made, ownEntries, REMOVED } from './own-folders.ts';
import { absent, real, worktreePlace } from './place.ts';
import { forget, registrationAt } from './registrations.ts';
import { putBack } from './remove.ts';
import { repositoryTurn, type Turns } from './turns.ts';

export interface SweepDeps {
  readonly worktreesDir: string;
  readonly git: Git;
  readonly turns: Turns;
  readonly log: Logger;
  readonly discard: (tombstone: string) => void;
}

/** Brings back what was on its way out when the machine was killed: it was not yet certain that it may go. */
export async function bringBack({ worktreesDir, log }: Pick<SweepDeps, 'worktreesDir' | 'log'>): Promise<void> {
  const root = await real(worktreesDir);
  if (root === null) return;
  for (const name of await ownEntries(root, CHECKING)) {
    const hidden = join(root, CHECKING, name);
    const isBack = await putBack({ path: join(root, name) }, hidden).catch((error: Error) => {
      log.warn('a worktree could not be brought back', { hidden, error });
      return true;
    });
    if (!isBack) log.warn('something is in the place of a worktree that was on its way out', { hidden });
  }
}

/** Gives up what was half made when the machine was killed: nobody has worked in it. */
export async function giveUpUnfinished({ worktreesDir, log }: Pick<SweepDeps, 'worktreesDir' | 'log'>): Promise<void> {
  const root = await real(worktreesDir);
  if (root === null) return;
  for (const name of await ownEntries(root, MAKING)) {
    const place = await worktreePlace(root, join(root, name));
    if (!place.ok) continue;
    const given = place.value.isThere ? await giveUp(root, place.value.path, name) : place;
    if (given.ok) await made(place.value);
    else log.warn('a worktree that was not finished is still there', { path: place.value.path, reason: given.error });
  }
}

/** Finishes with what was given up when the machine ended. */
export async function sweepRemoved(deps: SweepDeps): Promise<void> {
  const { worktreesDir, log, discard } = deps;
  const root = await real(worktreesDir);
  if (root === null) return;
  for (const name of await ownEntries(root, REMOVED)) {
    const tombstone = join(root, REMOVED, name);
    const reason = await forgetTombstone(deps, root, tombstone).catch((error: Error) => error.message);
    if (reason !== null) log.warn('git still knows a removed worktree', { tombstone, reason });
    discard(tombstone);
  }
}

/** Lets git forget the worktree that a tombstone was, unless there is one in its place again. Null when that is done, or not needed. */
async function forgetTombstone({ git, turns }: SweepDeps, root: string, tombstone: string): Promise<string | null> {
  const pointer = await readFile(join(tombstone, '.git'), 'utf8').catch(absentOrFolder);
  if (!pointer?.startsWith('gitdir:')) return null;
  const gitDir = await real(resolve(tombstone, pointer.slice('gitdir:'.length).trim()));
  if (gitDir === null || basename(dirname(gitDir)) !== 'worktrees') return null;
  const back = resolve(gitDir, (await readFile(join(gitDir, 'gitdir'), 'utf8')).trim());
  const path = dirname(back);
  const commonDir = dirname(dirname(gitDir));
  if (dirname(path) !== root) return null;
  // Not while a session gets its worktree there: git would take the new one away.
  return turns.take(repositoryTurn(commonDir), async () => {
    if ((await real(path)) !== null) return null;
    const known = await registrationAt(git, commonDir, path);
    if (!known.ok) return known.error;
    if (known.value === null) return null;
    const forgotten = await forget(git, commonDir, known.value, { unlock: true });
    return forgotten.ok ? null : forgotten.error;
  });
}

function absentOrFolder(error: NodeJS.ErrnoException): null {
  return error.code === 'EISDIR' ? null : absent(error);
}
