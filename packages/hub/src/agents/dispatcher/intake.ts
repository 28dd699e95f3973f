import type { MachineId } from '@agor/protocol';
import type { Clock, Timer } from '@agor/runtime';
import type { StreamItem } from './dispatcher.ts';

/**
 * Under load, one transaction in this time, counted from beginning to beginning: at least MIN, and twice what the last commit took, so that a
 * slow disk leaves the other half of the time to everything else. In ms.
 */
const MIN_GROUP_MS = 2;
const MAX_GROUP_MS = 4;
/** So much is committed without waiting for more; the bound of what is held here. */
const MAX_GROUP = 2_048;

export interface IntakeOptions {
  readonly clock: Clock;
  /** Commits; returns the sequence that may be acknowledged, null when there was nothing to commit. */
  readonly commit: (machineId: MachineId, epoch: string, items: readonly StreamItem[]) => number | null;
  readonly committed: (seq: number) => void;
  /** A commit failed; what was held is dropped, and the machine will send it again. */
  readonly failed: (error: unknown) => void;
}

/** Gathers one connection's stream into transactions: at once when idle, grouped into a few milliseconds under load. */
export class Intake {
  #items: StreamItem[] = [];
  /** When the next commit may begin. */
  #nextAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;
  #closed = false;

  constructor(
    private readonly machineId: MachineId,
    private readonly epoch: string,
    private readonly options: IntakeOptions,
  ) {}

  push(items: readonly StreamItem[]): void {
    if (this.#closed) return;
    for (const item of items) this.#items.push(item);
    const wait = this.#nextAt - this.options.clock.monotonic();
    if (wait <= 0 || this.#items.length >= MAX_GROUP) this.flush();
    else this.#timer ??= this.options.clock.setTimeout(() => this.flush(), wait);
  }

  /** Nothing of what is held is committed any more: the machine sends it again on the next connection. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#items = [];
  }

  /** Commits what is held, now. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    const beganAt = this.options.clock.monotonic();
    let seq: number | null;
    try {
      seq = this.options.commit(this.machineId, this.epoch, items);
    } catch (error) {
      this.close();
      this.options.failed(error);
      return;
    }
    // Text that only streams by is told at once: it commits nothing.
    if (seq === null) return;
    const tookMs = this.options.clock.monotonic() - beganAt;
    this.#nextAt = beganAt + Math.min(Math.max(2 * tookMs, MIN_GROUP_MS), MAX_GROUP_MS);
    this.options.committed(seq);
  }
}
