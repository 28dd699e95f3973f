const TICK_MS = 15_000;

/** The time for texts like "2 m ago": moves every 15 s, and not at all while the page is hidden. */
export class ClockStore implements Disposable {
  now = $state(Date.now());
  readonly #timer = setInterval(() => {
    if (!document.hidden) this.now = Date.now();
  }, TICK_MS);
  readonly #onVisible = () => {
    if (!document.hidden) this.now = Date.now();
  };

  constructor() {
    document.addEventListener('visibilitychange', this.#onVisible);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    document.removeEventListener('visibilitychange', this.#onVisible);
  }
}
