import type { SessionId } from '@agor/protocol';
import { type Need, needsOf } from './attention.ts';
import type { SessionsStore } from './sessions.svelte.ts';
import type { WorkspaceStore } from './workspace.svelte.ts';

/** The queue that leads the person from one session that needs them to the next, most urgent first. */
export class AttentionStore {
  readonly needs = $derived.by(() => needsOf(this.sessions.all, (summary) => this.workspace.boxOf(summary).name));
  /** What the walk has come to, for who can't see it: "billing-api: waits for permission, 1 of 3". */
  said = $state('');
  /** The session that the walk came to last. */
  current: SessionId | null = null;
  /** What was shown in this round. Another reason is another need. */
  readonly #shown = new Set<string>();

  constructor(
    private readonly sessions: SessionsStore,
    private readonly workspace: WorkspaceStore,
  ) {}

  /**
   * The most urgent that was not shown in this round; after the last one a new round begins. `but`: a session that was just answered, and may
   * still stand in the queue.
   */
  next(but: SessionId | null = null): Need | null {
    const needs = this.needs.filter(({ summary }) => summary.state.id !== but);
    const keys = new Set(needs.map(keyOf));
    // Who needs the person again later, is new then.
    for (const key of this.#shown) if (!keys.has(key)) this.#shown.delete(key);
    if (this.#shown.size === keys.size) this.#shown.clear();
    const need = needs.find((one) => !this.#shown.has(keyOf(one))) ?? null;
    this.current = need?.summary.state.id ?? null;
    if (!need) return null;
    this.#shown.add(keyOf(need));
    this.said = `${need.name}: ${need.reason}, ${this.#shown.size} of ${needs.length}`;
    return need;
  }
}

function keyOf({ summary, reason }: Need): string {
  return `${summary.state.id} ${reason}`;
}
