import { explain } from './commands.svelte.ts';

/** An answer of the hub that takes longer will not come. */
const LIMIT_MS = 20_000;

/**
 * Something that the hub is asked for while somebody looks at it. `refresh` asks anew; however often it is called meanwhile, one question
 * is under way and one more follows it. What nobody looks at is not asked for: it is stale until somebody does.
 */
export class Live<T> {
  value = $state.raw<T | null>(null);
  /** Why there is no newer value, in words for the person. */
  problem = $state('');
  #watchers = 0;
  #stale = true;
  #asking = false;

  constructor(private readonly ask: (signal: AbortSignal) => Promise<T>) {}

  get watched(): boolean {
    return this.#watchers > 0;
  }

  /** Keeps it fresh until disposed of. */
  watch(): Disposable {
    this.#watchers += 1;
    if (this.#stale) this.refresh();
    let ended = false;
    return {
      [Symbol.dispose]: () => {
        if (!ended) this.#watchers -= 1;
        ended = true;
      },
    };
  }

  refresh(): void {
    this.#stale = true;
    if (this.#watchers > 0 && !this.#asking) void this.#load();
  }

  /** Puts what a command answered in place at once; a question that was asked before it is asked again. */
  put(change: (value: T) => T): void {
    if (this.value !== null) this.value = change(this.value);
    this.refresh();
  }

  async #load(): Promise<void> {
    this.#asking = true;
    try {
      while (this.#stale && this.#watchers > 0) {
        this.#stale = false;
        const value = await this.ask(AbortSignal.timeout(LIMIT_MS));
        this.value = value;
        this.problem = '';
      }
    } catch (error) {
      this.#stale = true;
      this.problem = explain(error);
    } finally {
      this.#asking = false;
    }
  }
}
