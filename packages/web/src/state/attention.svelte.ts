import { type Need, needsOf } from './attention.ts';
import type { SessionsStore } from './sessions.svelte.ts';
import type { WorkspaceStore } from './workspace.svelte.ts';

/** The queue that leads the person from one session that needs them to the next, most urgent first. */
export class AttentionStore {
  readonly needs = $derived.by(() => needsOf(this.sessions.all, (summary) => this.workspace.boxOf(summary).name));
  #last: string | null = null;

  constructor(
    private readonly sessions: SessionsStore,
    private readonly workspace: WorkspaceStore,
  ) {}

  /** The one after the one visited last; from the end back to the first. */
  next(): Need | null {
    const at = this.needs.findIndex((need) => need.summary.state.id === this.#last);
    const need = this.needs[(at + 1) % this.needs.length] ?? null;
    this.#last = need?.summary.state.id ?? null;
    return need;
  }
}
