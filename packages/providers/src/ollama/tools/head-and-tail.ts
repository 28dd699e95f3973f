/** The beginning and the end of a long text: what was tried stands at the one, what went wrong at the other. */
export class HeadAndTail {
  #head = '';
  #tail = '';
  #dropped = 0;
  readonly #half: number;

  constructor(maxChars: number) {
    this.#half = Math.floor(maxChars / 2);
  }

  add(text: string): void {
    const room = this.#half - this.#head.length;
    this.#head += text.slice(0, room);
    this.#tail += text.slice(Math.max(room, 0));
    // Cut only now and then: a slice for every small piece would copy the tail each time.
    if (this.#tail.length > 2 * this.#half) this.#cut();
  }

  text(): string {
    if (this.#tail.length > this.#half) this.#cut();
    const gap = this.#dropped > 0 ? `\n[${this.#dropped} characters left out]\n` : '';
    return this.#head + gap + this.#tail;
  }

  #cut(): void {
    const over = this.#tail.length - this.#half;
    this.#dropped += over;
    this.#tail = this.#tail.slice(over);
  }
}

/** A text of at most about `maxChars`, with its middle left out when it is longer. */
export function shortened(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const kept = new HeadAndTail(maxChars);
  kept.add(text);
  return kept.text();
}
