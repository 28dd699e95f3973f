import { realpath } from 'node:fs/promises';
import { type Clock, endTree, type Logger } from '@agor/runtime';
import { MARK_VARIABLE } from '../environment/index.ts';
import { deleteTombstone } from './delete-tombstone.ts';

export interface DeletionsDeps {
  readonly worktreesDir: string;
  readonly mark: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Names the program that deletes, and all that it starts. */
const DELETION_VARIABLE = 'AGOR_DELETION';

/** Deletes given-up worktrees, one after the other, by a program of its own: hundreds of thousands of files take minutes. */
export class Deletions {
  readonly #deps: DeletionsDeps;
  readonly #id = crypto.randomUUID();
  #last: Promise<void> = Promise.resolve();
  #isClosing = false;

  constructor(deps: DeletionsDeps) {
    this.#deps = deps;
  }

  /** What can't be deleted stays in `.removed` for the next start of the machine. */
  add(tombstone: string): void {
    this.#last = this.#last.then(() => this.#delete(tombstone));
  }

  /** Resolves when all that was added before is done. */
  async idle(): Promise<void> {
    await this.#last;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await endTree({ mark: { name: DELETION_VARIABLE, value: this.#id }, clock: this.#deps.clock });
    await this.#last;
  }

  async #delete(tombstone: string): Promise<void> {
    if (this.#isClosing) return;
    const { worktreesDir, mark, log } = this.#deps;
    try {
      const root = await realpath(worktreesDir);
      const failure = await deleteTombstone(root, tombstone, { [MARK_VARIABLE]: mark, [DELETION_VARIABLE]: this.#id });
      if (failure !== null) log.warn('a removed worktree is not deleted yet', { tombstone, failure });
    } catch (error) {
      log.warn('a removed worktree is not deleted yet', { tombstone, error });
    }
  }
}
