import type { PtyId } from '@agor/protocol';
import { SvelteSet } from 'svelte/reactivity';

/** Emulators that stay in memory (some MB each); one shown longer ago goes, and comes back from the screen that the pty host keeps. */
export const MAX_LIVE_TERMINALS = 8;

/** Which terminals of this window keep their emulator while they are not shown, the one shown last at the end. */
export class LiveTerminals {
  readonly #ids = new SvelteSet<PtyId>();

  has(id: PtyId): boolean {
    return this.#ids.has(id);
  }

  /** It is shown now. More of them at once than the bound is the person's choice: those stay until they are hidden. */
  touch(id: PtyId): void {
    this.#ids.delete(id);
    this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= MAX_LIVE_TERMINALS) break;
      this.#ids.delete(oldest);
    }
  }

  release(id: PtyId): void {
    this.#ids.delete(id);
  }
}

export const liveTerminals = new LiveTerminals();
