import type { BudgetStanding, MachineState, Problem, ProjectHealth, WatchFrame } from '@agor/protocol';
import { healthTotals } from '@agor/session';
import { type HubClient, noRetry } from './client.ts';
import { keepStreaming } from './resume.ts';

/** Takes the part of the watch stream that is its own. */
export interface WatchReader {
  read(frame: WatchFrame): void;
}

/** Reads `events.watch` for as long as the window lives, hands each frame to the stores, and keeps what is nobody else's. */
export class WatchStore implements Disposable {
  /** The first snapshot has come: what the stores say is true. */
  ready = $state(false);
  version = $state('');
  machine = $state.raw<MachineState | null>(null);
  firstRun = $state(false);
  problems = $state.raw<readonly Problem[]>([]);
  /** Of each project of which there is something to tell. */
  health = $state.raw<readonly ProjectHealth[]>([]);
  /** Of projects, groups and the month, as far as they are limited. */
  budgets = $state.raw<readonly BudgetStanding[]>([]);
  readonly healthTotals = $derived(healthTotals(this.health));
  /** The hub was upgraded under this page, which now speaks an older contract. */
  outdated = $state(false);
  #build: string | null = null;
  readonly #stop = new AbortController();

  constructor(client: HubClient, readers: readonly WatchReader[]) {
    const { signal } = this.#stop;
    void keepStreaming(async (alive) => {
      for await (const frame of await client.events.watch({}, { signal, context: noRetry })) {
        alive();
        this.#read(frame);
        for (const reader of readers) reader.read(frame);
        if (frame.kind === 'snapshot') this.ready = true;
      }
    }, signal);
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  #read(frame: WatchFrame): void {
    if (frame.kind === 'machine') this.machine = frame.machine;
    if (frame.kind === 'problems') this.problems = frame.problems;
    if (frame.kind === 'health') this.health = frame.health;
    if (frame.kind === 'budgets') this.budgets = frame.budgets;
    if (frame.kind !== 'snapshot') return;
    this.version = frame.version;
    this.machine = frame.machine;
    this.firstRun = frame.firstRun;
    this.problems = frame.problems;
    this.health = frame.health;
    this.budgets = frame.budgets;
    this.outdated = this.#build !== null && this.#build !== frame.build;
    this.#build ??= frame.build;
  }
}
