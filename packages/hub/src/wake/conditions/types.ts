import type { Clock } from '@agor/runtime';
import type { KeptTrigger, Memory } from '../trigger-store.ts';

/** What a condition tells whoever started it. */
export interface Watcher {
  readonly clock: Clock;
  /** The trigger's time has come: once for each `occurrence`, however often it is told. */
  fire(occurrence: string | number, reason: string, memory: Memory, details?: string): void;
  /** What it found out without a reason to wake anyone. */
  remember(memory: Memory): void;
  /** Why it can't do its work now, in words for the person; null when it can. */
  problem(text: string | null): void;
}

/** Begins to look for one trigger's condition, until the returned is disposed. */
export type Condition = (trigger: KeptTrigger, watcher: Watcher) => Disposable;
