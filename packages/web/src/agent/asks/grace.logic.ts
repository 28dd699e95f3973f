/** How long keys do nothing after a card appeared or the focus came to it: that press was meant for something else. */
export const GRACE_MS = 400;

/** Keeps a key or a click that was already under way from answering an ask (field notes: the wrong one approved). */
export class Grace {
  #since: number;

  constructor(private readonly now: () => number) {
    this.#since = now();
  }

  /** The card appeared, or the focus moved: what the person does next counts from here. */
  restart(): void {
    this.#since = this.now();
  }

  get over(): boolean {
    return this.now() - this.#since >= GRACE_MS;
  }
}
