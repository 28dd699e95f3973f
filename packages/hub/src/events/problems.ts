import type { Problem } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubBus } from './bus.ts';

/** What is wrong with agor itself right now. One entry a code; told to every window through the bus. */
export class Problems {
  readonly #open = new Map<string, Problem>();

  constructor(
    private readonly bus: HubBus,
    private readonly clock: Clock,
  ) {}

  /** Raises a problem, or changes its message; the time at which it began stays. */
  raise(code: string, message: string): void {
    const known = this.#open.get(code);
    if (known?.message === message) return;
    this.#open.set(code, { code, message, since: known?.since ?? this.clock.now() });
    this.bus.emit('problems', this.list());
  }

  clear(code: string): void {
    if (this.#open.delete(code)) this.bus.emit('problems', this.list());
  }

  list(): Problem[] {
    return [...this.#open.values()];
  }
}
