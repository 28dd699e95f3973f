import type { MetricsReport, ProjectId, WatchFrame } from '@agor/protocol';
import { untrack } from 'svelte';
import type { HubClient } from './client.ts';
import { Live } from './live.svelte.ts';
import type { WatchReader } from './watch.svelte.ts';

/** Turns that are shown one by one, and that are in an export. */
const SHOWN_TURNS = 50;
const EXPORTED_TURNS = 500;
/** Reports that nobody looks at any more and that are kept for a quick way back. */
const KEPT_UNUSED = 8;
/** However many turns end, a report is asked for once in this time. In ms. */
const REFRESH_EVERY_MS = 2_000;

/** What turns took, of all projects or one: asked for when it is first looked at, and again when turns have ended. */
export class MetricsStore implements WatchReader, Disposable {
  readonly #reports = new Map<string, Live<MetricsReport>>();
  /** The turns that run, by session. */
  readonly #turns = new Map<string, string>();
  #refreshing: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly client: HubClient) {}

  report(projectId: ProjectId | null, days: number): Live<MetricsReport> {
    const key = `${days} ${projectId ?? ''}`;
    const kept = this.#reports.get(key);
    // State that is made within a reaction would be no news to that reaction.
    const report = kept ?? untrack(() => new Live((signal) => this.#ask(projectId, days, SHOWN_TURNS, signal)));
    this.#reports.delete(key);
    this.#reports.set(key, report);
    const unused = [...this.#reports].slice(0, -1).filter(([, live]) => !live.watched);
    for (const [old] of unused.slice(0, Math.max(0, unused.length - KEPT_UNUSED))) this.#reports.delete(old);
    return report;
  }

  /** More turns than are shown. */
  forExport(projectId: ProjectId | null, days: number, signal: AbortSignal): Promise<MetricsReport> {
    return this.#ask(projectId, days, EXPORTED_TURNS, signal);
  }

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot') this.#refresh();
    if (frame.kind !== 'sessions') return;
    // At rest, or at another turn than before: one has ended, or may have.
    let ended = false;
    for (const { state } of frame.changed) {
      const before = this.#turns.get(state.id);
      if (state.turn === null || (before !== undefined && before !== state.turn.id)) ended = true;
      if (state.turn === null) this.#turns.delete(state.id);
      else this.#turns.set(state.id, state.turn.id);
    }
    if (ended) this.#refreshing ??= setTimeout(() => this.#refresh(), REFRESH_EVERY_MS);
  }

  [Symbol.dispose](): void {
    if (this.#refreshing) clearTimeout(this.#refreshing);
  }

  #refresh(): void {
    if (this.#refreshing) clearTimeout(this.#refreshing);
    this.#refreshing = null;
    for (const report of this.#reports.values()) report.refresh();
  }

  #ask(projectId: ProjectId | null, days: number, limit: number, signal: AbortSignal): Promise<MetricsReport> {
    return this.client.metrics.report({ ...(projectId ? { projectId } : {}), days, limit }, { signal });
  }
}
