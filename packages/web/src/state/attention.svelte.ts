import type { SessionSummary } from '@agor/protocol';
import type { SessionsStore } from './sessions.svelte.ts';
import type { WorkspaceStore } from './workspace.svelte.ts';

/** A session that needs the person, and why. */
export interface Need {
  summary: SessionSummary;
  /** The project's (or folder's) name. */
  name: string;
  reason: string;
}

/** Below this score a session only has something to tell, it does not wait for the person. */
const NEEDS_PERSON = 75;

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

export function needsOf(sessions: readonly SessionSummary[], nameOf: (summary: SessionSummary) => string): Need[] {
  return sessions
    .filter((summary) => summary.attention >= NEEDS_PERSON)
    .sort((a, b) => b.attention - a.attention || a.state.lastActivityAt - b.state.lastActivityAt)
    .map((summary) => ({ summary, name: nameOf(summary), reason: summary.reason ?? 'needs you' }));
}
