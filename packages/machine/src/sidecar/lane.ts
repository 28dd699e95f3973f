/** Runs one session's commands one after the other; other sessions have lanes of their own. Tasks must not reject. */
export class Lane {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** Tasks that wait or run. */
  get length(): number {
    return this.#waiting;
  }

  add(task: () => Promise<void>): Promise<void> {
    this.#waiting++;
    this.#last = this.#last.then(task).finally(() => this.#waiting--);
    return this.#last;
  }
}
