import type { Clock, Timer } from '@agor/runtime';

const EVERY_MS = 100;
/** Of what comes faster, the end is sent. */
const MAX_CHARS = 64 * 1024;

/** Sends what a command says in pieces, some times a second, however fast and in however small parts it comes. */
export class OutputSender implements Disposable {
  #waiting = '';
  #lost = false;
  #timer: Timer | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly send: (text: string) => void,
  ) {}

  push(text: string): void {
    this.#waiting += text;
    if (this.#waiting.length > 2 * MAX_CHARS) this.#shorten();
    this.#timer ??= this.clock.setTimeout(() => this.#flush(), EVERY_MS);
  }

  /** What is left is sent. */
  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#flush();
  }

  #shorten(): void {
    const cut = this.#waiting.slice(-MAX_CHARS);
    this.#waiting = cut.slice(cut.indexOf('\n') + 1);
    this.#lost = true;
  }

  #flush(): void {
    this.#timer = null;
    if (this.#waiting.length > MAX_CHARS) this.#shorten();
    const text = this.#lost ? `\n[… it said more than can be shown]\n${this.#waiting}` : this.#waiting;
    this.#waiting = '';
    this.#lost = false;
    if (text !== '') this.send(text);
  }
}
