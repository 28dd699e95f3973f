/** Something that has work to do in slices. */
export interface Worker {
  /** Does one slice; false when nothing is left. */
  work(): boolean;
}

/**
 * Gives everybody who has work one slice after the other, with a look at the outside world (input, sockets, timers) after each slice:
 * however much one has to do, another waits for one slice of each at most.
 */
export class Turns {
  readonly #waiting = new Set<Worker>();
  #running = false;

  /** Asks for a turn; asking twice is asking once. */
  ask(worker: Worker): void {
    this.#waiting.add(worker);
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => this.#next());
  }

  leave(worker: Worker): void {
    this.#waiting.delete(worker);
  }

  #next(): void {
    const [worker] = this.#waiting;
    if (worker) {
      this.#waiting.delete(worker);
      if (worker.work()) this.#waiting.add(worker); // at the end of the line
    }
    if (this.#waiting.size > 0) setImmediate(() => this.#next());
    else this.#running = false;
  }
}
