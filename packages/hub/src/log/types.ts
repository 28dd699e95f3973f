import type { FollowItem, SessionEvent, SessionId, SessionState } from '@agor/protocol';
import { readSessionEvent } from '@agor/protocol';

/** What followers are told, in order: a committed event, or a delta between events. `chars`: its size, by which they bound their memory. */
export interface LogItem {
  readonly item: FollowItem;
  readonly chars: number;
}
/** Told right after a commit, in the order of the log. */
export type LogListener = (sessionId: SessionId, items: readonly LogItem[], state: SessionState) => void;

/**
 * `held`: the person stopped the session, and its queue waits for them. `untilStopped`: they acted since, and it goes on once the stop is
 * over. `stopAll`: as `held`, by Stop All, which lets go of what it held and of nothing else.
 */
export const HOLDS = ['none', 'held', 'untilStopped', 'stopAll'] as const;
export type Hold = (typeof HOLDS)[number];

export interface Entry {
  state: SessionState;
  readonly epoch: string;
  hold: Hold;
  snapshotSeq: number;
}
export interface Pending {
  readonly entry: Entry;
  readonly items: LogItem[];
  events: number;
  /** One of the events changes more than the transcript: the snapshot is written at once. */
  notable: boolean;
}

export interface StatesQuery {
  readonly projectId?: string | undefined;
  readonly before?: SessionId | undefined;
  readonly limit: number;
}

export function eventsOf(items: readonly LogItem[]): SessionEvent[] {
  return items.flatMap(({ item }) => ('event' in item ? [item.event] : []));
}

export function readRow(row: { seq: number; at: number; payload: string }): SessionEvent {
  const body = JSON.parse(row.payload) as object;
  return readSessionEvent({ ...body, seq: row.seq, at: row.at });
}
