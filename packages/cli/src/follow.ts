import type { Cursor, FollowFrame, FollowItem, SessionEvent, SessionId, SessionState } from '@agor/protocol';
import { type AgorPaths, delay, systemClock } from '@agor/runtime';
import { ORPCError } from '@orpc/client';
import type { Connection } from './connect.ts';
import { ensureHub, findHub } from './ensure-hub.ts';

/** What a follower sees: first where it stands, then events and deltas in order, without gap or double. */
export type Followed = { snapshot: SessionState; events: SessionEvent[] } | FollowItem;

export interface FollowOptions {
  readonly paths: AgorPaths;
  readonly sessionId: SessionId;
  /** How many of the newest events come with the snapshot. */
  readonly tail: number;
  /** Start a hub again when it went away (`agor run`), or only wait for one (`agor logs --follow`). */
  readonly restartHub: boolean;
  /** Told of each connection after the first. */
  readonly onConnected?: (connection: Connection) => void;
}

const RECONNECT_MS = 250;

/**
 * Follows a session across dropped connections and restarts of the hub, from its cursor each time. Ends only when the
 * caller stops iterating. A refusal by the hub (no such session) throws.
 */
export async function* follow(first: Connection, options: FollowOptions): AsyncGenerator<Followed> {
  let connection = first;
  let cursor: Cursor | undefined;
  try {
    while (true) {
      try {
        const stream = await connection.client.events.follow({
          sessionId: options.sessionId,
          cursor,
          tail: options.tail,
        });
        for await (const frame of untilLost(stream, connection.lost)) {
          for (const item of itemsOf(frame, cursor)) yield item;
          cursor = advance(cursor, frame);
        }
      } catch (error) {
        if (error instanceof ORPCError) throw error;
        // Anything else is the connection breaking under us: resumed below, from the cursor.
      }
      if (connection !== first) connection[Symbol.dispose]();
      connection = await again(options);
      options.onConnected?.(connection);
    }
  } finally {
    if (connection !== first) connection[Symbol.dispose]();
  }
}

async function again(options: FollowOptions): Promise<Connection> {
  while (true) {
    const found = options.restartHub ? await ensureHub(options.paths) : await findHub(options.paths);
    if (found) return found;
    await delay(systemClock, RECONNECT_MS);
  }
}

/** A stream over a dead socket never ends by itself; this one does. */
async function* untilLost<T>(stream: AsyncIterable<T>, lost: Promise<void>): AsyncGenerator<T> {
  const iterator = stream[Symbol.asyncIterator]();
  const end = lost.then(() => ({ done: true, value: undefined }) as const);
  while (true) {
    const next = await Promise.race([iterator.next(), end]);
    if (next.done) return;
    yield next.value;
  }
}

function itemsOf(frame: FollowFrame, cursor: Cursor | undefined): Followed[] {
  if (frame.kind === 'resumed') return [];
  if (frame.kind === 'batch') return frame.items;
  // A fresh snapshot in place of a resume: what lies after the cursor is new to the caller, the rest is not.
  if (cursor?.epoch !== frame.epoch) return [{ snapshot: frame.state, events: frame.events }];
  return frame.events.filter((event) => event.seq > cursor.seq).map((event) => ({ event }));
}

function advance(cursor: Cursor | undefined, frame: FollowFrame): Cursor | undefined {
  if (frame.kind === 'snapshot') return { epoch: frame.epoch, seq: frame.seq };
  if (frame.kind === 'resumed' || !cursor) return cursor;
  const last = frame.items.findLast((item) => 'event' in item);
  return last && 'event' in last ? { epoch: cursor.epoch, seq: last.event.seq } : cursor;
}
