import type { Problem } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubBus } from '../events/index.ts';

/** What is wrong with agor itself right now; one entry a code. Bounded by the codes, which are all written in our source. */
export class Problems {
  readonly #open = new Map<string, Problem>();

  constructor(
    private readonly bus: HubBus,
    private readonly clock: Clock,
  ) {}

  list(): Problem[] {
    return [...this.#open.values()];
  }

  /** Says what is wrong and what to do; said again with other words, it keeps the time at which it began. */
  raise(code: string, message: string): void {
    const known = this.#open.get(code);
    if (known?.message === message) return;
    this.#open.set(code, { code, message, since: known?.since ?? this.clock.now() });
    this.bus.emit('problems', this.list());
  }

  /** Says that it is mended. */
  clear(code: string): void {
    if (this.#open.delete(code)) this.bus.emit('problems', this.list());
  }
}
