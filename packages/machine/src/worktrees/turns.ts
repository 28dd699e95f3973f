/** A repository's key; a worktree's is its path. Who needs both takes the worktree's first. */
export function repositoryTurn(commonDir: string): string {
  return `repository ${commonDir}`;
}

/** One after the other for each key, different keys independently: git's own locks refuse instead of waiting. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `task` after those of the same key that came before, whatever became of them. */
  async take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(task, task);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
