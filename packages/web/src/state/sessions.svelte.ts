import {
  type ProjectId,
  SESSIONS_LISTED,
  type SessionId,
  type SessionStatus,
  type SessionSummary,
  type WatchFrame,
} from '@agor/protocol';
import { answerableAsks } from '@agor/session';
import { SvelteMap } from 'svelte/reactivity';
import type { WatchReader } from './watch.svelte.ts';

/** Older sessions that were opened and stay; the one opened first goes first. */
const KEPT_OLDER = 100;

/** Every session as the hub sums it up. The transcript of one is `AgentsStore`'s. */
export class SessionsStore implements WatchReader {
  readonly #byId = new SvelteMap<SessionId, SessionSummary>();
  /** Older ones that the person opened: a snapshot does not name them. */
  readonly #kept = new Set<SessionId>();
  /** Newest first. */
  readonly all = $derived([...this.#byId.values()].sort(newestFirst));
  readonly #byProject = $derived(Map.groupBy(this.all, (summary) => summary.state.projectId));
  readonly counts = $derived(countStatuses(this.all));

  /** The hub names only so many of them: there may be older ones that nobody asked for yet. */
  get mayHaveOlder(): boolean {
    return this.#byId.size >= SESSIONS_LISTED;
  }

  get(id: SessionId): SessionSummary | undefined {
    return this.#byId.get(id);
  }

  /** The sessions of a project, newest first. */
  ofProject(id: ProjectId): readonly SessionSummary[] {
    return this.#byProject.get(id) ?? [];
  }

  /** Holds a session that is older than those that the hub tells of by itself. */
  keep(summary: SessionSummary): void {
    const { id } = summary.state;
    if (!this.#byId.has(id)) this.#byId.set(id, summary);
    this.#kept.add(id);
    const oldest = this.#kept.values().next().value;
    if (this.#kept.size > KEPT_OLDER && oldest !== undefined) this.#kept.delete(oldest);
  }

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot') {
      const present = new Set(frame.sessions.map((summary) => summary.state.id));
      for (const id of this.#byId.keys()) if (!present.has(id) && !this.#kept.has(id)) this.#byId.delete(id);
      for (const summary of frame.sessions) this.#byId.set(summary.state.id, summary);
    }
    if (frame.kind === 'sessions') {
      for (const summary of frame.changed) this.#byId.set(summary.state.id, summary);
      for (const id of frame.removed) this.#byId.delete(id);
    }
  }
}

export interface StatusCounts {
  running: number;
  waiting: number;
  idle: number;
  failed: number;
  unreachable: number;
}

/** What the status bar counts each status as. An ended session is idle: it waits for nothing but a prompt. */
const countedAs: Record<SessionStatus, keyof StatusCounts> = {
  running: 'running',
  starting: 'running',
  retrying: 'running',
  stopping: 'running',
  waiting: 'waiting',
  paused: 'waiting',
  limited: 'waiting',
  idle: 'idle',
  done: 'idle',
  stopped: 'idle',
  failed: 'failed',
  unreachable: 'unreachable',
};

/** The status as the person reads it: an agent that ended with an unanswered question is at rest, and waits for them all the same. */
export function shownStatus({ status, state }: Pick<SessionSummary, 'status' | 'state'>): SessionStatus {
  const atRest = status === 'idle' || status === 'done' || status === 'stopped';
  return atRest && answerableAsks(state).length > 0 ? 'waiting' : status;
}

export function countStatuses(sessions: readonly Pick<SessionSummary, 'status' | 'state'>[]): StatusCounts {
  const counts: StatusCounts = { running: 0, waiting: 0, idle: 0, failed: 0, unreachable: 0 };
  for (const summary of sessions) counts[countedAs[shownStatus(summary)]] += 1;
  return counts;
}

function newestFirst(a: SessionSummary, b: SessionSummary): number {
  return b.state.createdAt - a.state.createdAt || (a.state.id < b.state.id ? 1 : -1);
}
