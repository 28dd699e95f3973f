import { lstat, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorktreeRemoved } from '@agor/protocol';
import type { Logger, Result } from '@agor/runtime';
import { RequestFailed } from '../requests/index.ts';
import { type Found, type InspectDeps, inspectWorktree, lookInto } from './inspect.ts';
import { mountsBelow } from './mounts.ts';
import { CHECKING, giveUp, made, ownFolder } from './own-folders.ts';
import { absent, type WorktreePlace, worktreePlace } from './place.ts';
import { forget, registrationAt } from './registrations.ts';
import { mainFolder, standingOf } from './standing.ts';
import { repositoryTurn, type Turns } from './turns.ts';

export interface RemoveDeps extends InspectDeps {
  readonly turns: Turns;
  readonly log: Logger;
  /** Whether a session of agor's works in a folder, or is about to. */
  readonly isUsed: (place: WorktreePlace) => Promise<boolean>;
  /** Deletes a folder of `.removed` when there is time for it. */
  readonly discard: (tombstone: string) => void;
  /** Called before each step that changes something: where it throws, it is as if the machine had been killed there. */
  readonly onStep?: ((step: RemovalStep) => void) | undefined;
}

export type RemovalStep = 'hide' | 'giveUp' | 'forget' | 'discard';

/**
 * Removes a worktree: its folder and what git knows of it, never its branch. Whatever would be lost must have been confirmed: `confirmed` is
 * then the fingerprint of its state, as it is now. The folder is moved away first and looked at once more where nobody finds it by its path;
 * its files are deleted in the background. May be repeated after a kill at any point. Throws `RequestFailed`: `outside`, `notWorktree`,
 * `inUse`, `mounted`, `failed`.
 */
export async function removeWorktree(
  path: string,
  confirmed: string | null,
  deps: RemoveDeps,
): Promise<WorktreeRemoved> {
  return deps.turns.take(path, async () => {
    const place = await worktreePlace(deps.worktreesDir, path);
    if (!place.ok) throw new RequestFailed('outside', `${place.error}.`);
    if (!place.value.isThere) return { kind: 'removed' };
    const { path: full } = place.value;
    if (await deps.isUsed(place.value))
      throw new RequestFailed('inUse', `An agent of agor works in ${path}. Stop it first.`);
    const standing = await standingOf(full);
    const work = () => remove(path, confirmed, deps);
    return standing.kind === 'none' || standing.commonDir === null
      ? work()
      : deps.turns.take(repositoryTurn(standing.commonDir), work);
  });
}

async function remove(path: string, confirmed: string | null, deps: RemoveDeps): Promise<WorktreeRemoved> {
  const found = await inspectWorktree(path, deps);
  const { place, state } = found;
  const [mount] = await mountsBelow(place.path);
  if (mount !== undefined)
    throw new RequestFailed(
      'mounted',
      `Another disk is mounted at ${mount}. Unmount it first: its files would go, too.`,
    );
  if (state.fingerprint !== null && state.fingerprint !== confirmed) return { kind: 'wouldLose', state };
  if (!(await tombstoneOf(found, deps))) return { kind: 'wouldLose', state: (await inspectWorktree(path, deps)).state };
  return { kind: 'removed' };
}

/** Moves the folder to where only its deletion is left for it. False, with the folder back in its place, when it was not as it had been told. */
async function tombstoneOf(found: Found, deps: RemoveDeps): Promise<boolean> {
  const { place, standing } = found;
  const { git, log, discard, onStep } = deps;
  onStep?.('hide');
  const hidden = await hide(place);
  const look = await lookInto(standing, hidden, git).catch((error: Error) => {
    log.warn('a worktree on its way out could not be looked at', { path: place.path, error });
    return null;
  });
  if (look?.trace !== found.look.trace || look.problem !== found.look.problem) {
    if (!(await putBack(place, hidden)))
      throw new RequestFailed(
        'failed',
        `Something new is in the place of ${place.path}; what it was lies in ${hidden}.`,
      );
    return false;
  }
  onStep?.('giveUp');
  const tombstone = orThrow(await giveUp(place.root, hidden, place.name));
  onStep?.('forget');
  await forgetRemoved(found, deps);
  await made(place); // it might never have been finished
  onStep?.('discard');
  discard(tombstone);
  return true;
}

async function hide({ root, name, path }: WorktreePlace): Promise<string> {
  const folder = orThrow(await ownFolder(root, CHECKING));
  const hidden = join(folder, name);
  // Onto an empty folder it would be renamed without a word.
  if ((await lstat(hidden).catch(absent)) !== null)
    throw new RequestFailed(
      'failed',
      `An earlier worktree of that name lies in ${hidden}. Look at it, and move it away.`,
    );
  try {
    await rename(path, hidden);
  } catch (error) {
    throw new RequestFailed('failed', `${path} cannot be moved: ${(error as Error).message}`);
  }
  return hidden;
}

/** False when something is in its old place. */
export async function putBack({ path }: Pick<WorktreePlace, 'path'>, hidden: string): Promise<boolean> {
  if ((await lstat(path).catch(absent)) !== null) return false;
  await rename(hidden, path);
  return true;
}

/** What git still knows of it is only said to be there; where that fails the next start of the machine tries again. */
async function forgetRemoved({ place, standing }: Found, { git, log }: RemoveDeps): Promise<void> {
  if (standing.kind !== 'worktree') return;
  const cwd = mainFolder(standing.commonDir);
  const known = await registrationAt(git, cwd, place.path);
  const forgotten = known.ok && known.value !== null ? await forget(git, cwd, known.value, { unlock: true }) : known;
  if (!forgotten.ok) log.warn('git still knows a removed worktree', { path: place.path, reason: forgotten.error });
}

function orThrow<T>(result: Result<T, string>): T {
  if (!result.ok) throw new RequestFailed('failed', `${result.error}.`);
  return result.value;
}
