import type { OpenBlock, SessionEvent } from '@agor/protocol';
import { emptyTool } from './message-rows.ts';
import { Projection } from './projection.ts';
import type { Row } from './rows.ts';

/** Events that rows may be kept of beyond the follower's window before they are made anew from the window. */
const SLACK_EVENTS = 2000;

/**
 * The rows of a window of events. New events at its end are added; rows stay while the window slides over them, and are
 * made anew when it slid far enough or moved elsewhere.
 */
export class TranscriptRows {
  #projection = new Projection();
  #first = 0;
  #last: SessionEvent | null = null;

  get projection(): Projection {
    return this.#projection;
  }

  /** Takes the window as it is now. Returns whether rows were only added or patched since the last call. */
  take(events: readonly SessionEvent[]): boolean {
    const from = this.#continues(events);
    if (from === null) {
      this.#projection = new Projection();
      this.#first = events[0]?.seq ?? 0;
      this.#last = null;
    }
    for (let at = from ?? 0; at < events.length; at += 1) this.#add(events[at]);
    return from !== null;
  }

  #add(event: SessionEvent | undefined): void {
    if (!event) return;
    this.#projection.add(event);
    this.#last = event;
  }

  /** The index of the first event that is new, or null when the window is not the same log further on. */
  #continues(events: readonly SessionEvent[]): number | null {
    const first = events[0];
    if (!first || !this.#last || first.seq < this.#first || first.seq - this.#first > SLACK_EVENTS) return null;
    const known = this.#last.seq - first.seq;
    if (known < 0 || known >= events.length) return null;
    // The same number can be another event after the log was rebuilt.
    return events[known] === this.#last ? known + 1 : null;
  }
}

/**
 * The rows with what streams in now: text and thoughts as growing last rows, a tool's input and output in its card, a
 * subagent's below its call.
 */
export function withOpenBlocks(projection: Projection, blocks: readonly OpenBlock[]): Row[] {
  const rows = [...projection.rows];
  for (const block of blocks) {
    const row = openRow(block);
    const place = block.toolUseId ? projection.toolPlace(block.toolUseId) : undefined;
    const inCard = place && place.owner === null ? rows[place.index] : undefined;
    if (inCard?.kind === 'tool' && place && row.kind === 'tool') {
      rows[place.index] = { ...inCard, stream: row.stream };
      continue;
    }
    const owner = block.parentId ? projection.toolPlace(block.parentId) : undefined;
    const parent = owner && owner.owner === null ? rows[owner.index] : undefined;
    if (parent?.kind === 'tool' && owner) rows[owner.index] = { ...parent, children: withChild(parent.children, row) };
    else if (!block.parentId && !place) rows.push(row);
  }
  return rows.filter(isShown);
}

/** Rows stay in the projection, where places count on them, and are left out of what is drawn. */
export function isShown(row: Row): boolean {
  return row.kind !== 'tool' || !row.hidden;
}

/** A subagent's rows with one that streams: in the card of its tool call, if that is there already. */
function withChild(children: readonly Row[], row: Row): Row[] {
  const card = row.kind === 'tool' ? children.findIndex(({ key }) => key === row.key) : -1;
  const there = children[card];
  if (there?.kind !== 'tool' || row.kind !== 'tool') return [...children, row];
  return children.with(card, { ...there, stream: row.stream });
}

function openRow(block: OpenBlock): Row {
  const at = 0;
  const base = { key: `b${block.blockId}`, at };
  const { kind, text } = block;
  if (kind === 'text') return { ...base, kind, text, open: true, partial: false };
  if (kind === 'thinking') return { ...base, kind, text, open: true, partial: false, durationMs: null };
  const id = block.toolUseId ?? block.blockId;
  return {
    ...emptyTool(id, at, kind === 'toolInput' ? 'Tool call' : 'Output'),
    key: block.toolUseId ? `t${id}` : base.key,
    stream: { kind, text },
  };
}
