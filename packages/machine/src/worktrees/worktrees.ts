import { basename } from 'node:path';
import type { SessionId, WorktreeRemoved, WorktreeState } from '@agor/protocol';
import { type Clock, type Logger, ok, type Result } from '@agor/runtime';
import { isWithin } from '../files/index.ts';
import { Deletions } from './deletions.ts';
import { Git, GivenUp } from './git.ts';
import { inspectWorktree } from './inspect.ts';
import { type ListedWorktree, listWorktrees } from './list.ts';
import { real, type WorktreePlace } from './place.ts';
import { type Prepared, type PrepareRequest, prepareWorktree, STOPPED } from './prepare.ts';
import { type RemovalStep, removeWorktree } from './remove.ts';
import { bringBack, giveUpUnfinished, sweepRemoved } from './sweep.ts';
import { Turns } from './turns.ts';

export interface WorktreesDeps {
  readonly worktreesDir: string;
  /** The data folder's mark, for every process of it. */
  readonly mark: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** The folders in which runners live. */
  readonly runnerFolders: () => readonly string[];
  /** See `RemoveDeps`. */
  readonly onStep?: (step: RemovalStep) => void;
}

/** A worktree that is ready, and is not removed until it was disposed of: by then its runner is known, or did not come. */
export interface HeldWorktree extends Prepared, Disposable {}

/** The git worktrees of this machine's sessions (architecture §5.7). */
export class Worktrees {
  readonly #deps: WorktreesDeps;
  readonly #git: Git;
  readonly #turns = new Turns();
  readonly #deletions: Deletions;
  /** How many starts hold a worktree, by its name. */
  readonly #held = new Map<string, number>();
  #swept: Promise<void> = Promise.resolve();
  readonly #preparing = new Map<SessionId, AbortController>();

  constructor(deps: WorktreesDeps) {
    this.#deps = deps;
    this.#git = new Git(deps);
    this.#deletions = new Deletions(deps);
  }

  /** Sees to it that a session's worktree is there. Fails with words for the person. */
  async prepare(sessionId: SessionId, request: PrepareRequest): Promise<Result<HeldWorktree, string>> {
    const { worktreesDir } = this.#deps;
    const stopped = new AbortController();
    this.#preparing.set(sessionId, stopped);
    this.#hold(request.path, 1);
    const release = () => this.#hold(request.path, -1);
    try {
      const prepared = await prepareWorktree(request, {
        worktreesDir,
        git: this.#git,
        turns: this.#turns,
        discard: (tombstone) => this.#deletions.add(tombstone),
        signal: stopped.signal,
      });
      if (prepared.ok) return ok({ ...prepared.value, [Symbol.dispose]: release });
      release();
      return prepared;
    } catch (error) {
      release();
      throw error;
    } finally {
      this.#preparing.delete(sessionId);
    }
  }

  /** Gives up making a session's worktree; without one that is being made it does nothing. */
  cancel(sessionId: SessionId): void {
    this.#preparing.get(sessionId)?.abort(new GivenUp(STOPPED));
  }

  /** agor's worktrees of a repository. Throws `RequestFailed`. */
  list(repository: string, signal?: AbortSignal): Promise<ListedWorktree[]> {
    return listWorktrees(repository, { ...this.#deps, git: this.#git }, signal);
  }

  /** What removing a worktree would take away. Throws `RequestFailed`. */
  async inspect(path: string, signal?: AbortSignal): Promise<WorktreeState> {
    return (await inspectWorktree(path, { ...this.#deps, git: this.#git }, signal)).state;
  }

  /** Removes a worktree, if nothing would be lost, or all that would be was confirmed. Throws `RequestFailed`. */
  remove(path: string, confirmed: string | null): Promise<WorktreeRemoved> {
    return removeWorktree(path, confirmed, {
      ...this.#deps,
      git: this.#git,
      turns: this.#turns,
      isUsed: (place) => this.#isUsed(place),
      discard: (tombstone) => this.#deletions.add(tombstone),
    });
  }

  /** Puts in order what a machine before us left. No session starts before it is done; the rest goes on in the background. Never rejects. */
  async reconcile(): Promise<void> {
    const { log } = this.#deps;
    const failed = (error: unknown) => log.error('what is left of removed worktrees cannot be looked at', { error });
    await bringBack(this.#deps).catch(failed);
    await giveUpUnfinished(this.#deps).catch(failed);
    const discard = (tombstone: string) => this.#deletions.add(tombstone);
    this.#swept = sweepRemoved({ ...this.#deps, git: this.#git, turns: this.#turns, discard }).catch(failed);
  }

  /** Resolves when all that was given up until now is deleted, or cannot be. */
  async idle(): Promise<void> {
    await this.#swept;
    await this.#deletions.idle();
  }

  /** Ends what git does for it; what is not done is done at the next start. */
  async close(): Promise<void> {
    await this.#git.close();
    await this.#swept;
    await this.#deletions.close();
  }

  async #isUsed({ name, path }: WorktreePlace): Promise<boolean> {
    if (this.#held.has(name)) return true;
    const folders = await Promise.all(this.#deps.runnerFolders().map(real));
    return folders.some((folder) => folder !== null && isWithin(path, folder));
  }

  #hold(path: string, change: 1 | -1): void {
    const name = basename(path);
    const holders = (this.#held.get(name) ?? 0) + change;
    if (holders > 0) this.#held.set(name, holders);
    else this.#held.delete(name);
  }
}
