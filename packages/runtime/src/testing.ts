import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Timer, timer } from './clock.ts';

export { hasKeyring, NEEDS_KEYRING, PrivateKeyring } from './testing-keyring.ts';

interface Due {
  at: number;
  readonly fn: () => void;
  readonly every: number | null;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #monotonic = 0;
  #wallOffset: number;
  readonly #timers = new Set<Due>();

  /** @param startAt wall time in ms since 1970 */
  constructor(startAt: number = Date.UTC(2026, 0, 1)) {
    this.#wallOffset = startAt;
  }

  now(): number {
    return this.#wallOffset + this.#monotonic;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** How many timers wait: a test of "nothing is left running" asks for 0. */
  get pending(): number {
    return this.#timers.size;
  }

  setTimeout(fn: () => void, ms: number): Timer {
    return this.#add({ at: this.#monotonic + Math.max(0, ms), fn, every: null });
  }

  setInterval(fn: () => void, ms: number): Timer {
    const every = Math.max(1, ms);
    return this.#add({ at: this.#monotonic + every, fn, every });
  }

  /** Moves time on by `ms`, running what falls due in order, including timers that those set. */
  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (let due = this.#next(end); due; due = this.#next(end)) this.#fire(due);
    this.#monotonic = end;
  }

  /** As `advance`, and lets promises settle before, between and after the timers. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await settled();
    for (let due = this.#next(end); due; due = this.#next(end)) {
      this.#fire(due);
      await settled();
    }
    this.#monotonic = end;
  }

  /** Sets the wall clock alone, as a suspend or the person does; timers do not notice. */
  setWall(now: number): void {
    this.#wallOffset = now - this.#monotonic;
  }

  #add(due: Due): Timer {
    this.#timers.add(due);
    return timer(() => this.#timers.delete(due));
  }

  /** The earliest timer that is due by `end`; among equals the one set first. */
  #next(end: number): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#timers) if (due.at <= end && (!first || due.at < first.at)) first = due;
    return first;
  }

  #fire(due: Due): void {
    this.#monotonic = Math.max(this.#monotonic, due.at);
    if (due.every === null) this.#timers.delete(due);
    else due.at += due.every;
    due.fn();
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A folder of a test's own, removed on dispose. */
export function tempDir(): Disposable & { readonly path: string } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'agor-test-')));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Waits for something of the outside world that sends no event, such as another process's state. Fails after 15 s, naming `what`. */
export async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
