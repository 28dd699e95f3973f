import { type PromptId, type SessionEvent, SessionEventBody, type SessionId } from '@agor/protocol';
import type { HubDatabase, Row } from '../database/index.ts';
import type { EventLog } from '../log/index.ts';
import { type Part, promptPart, wordsPart } from './parts.ts';
import { type Turn, TurnSplitter } from './turns.ts';

const READ_AT_ONCE = 500;

/** The first turns of a session that have something to keep, of its log up to `upTo`; the last may still run. */
export function firstTurns(log: EventLog, id: SessionId, upTo: number, most: number): Turn[] {
  const splitter = new TurnSplitter();
  const turns: Turn[] = [];
  for (let seq = 0; ; ) {
    const events = log.since(id, seq, READ_AT_ONCE).filter((event) => event.seq <= upTo);
    for (const event of events) {
      seq = event.seq;
      const turn = splitter.take(event);
      if (turn) turns.push(turn);
      if (turns.length === most) return turns;
    }
    if (events.length < READ_AT_ONCE) break;
  }
  const { running } = splitter;
  return running ? [...turns, running] : turns;
}

/** Something that was said, as it can be pinned. */
export interface Said {
  readonly messageId: string;
  readonly part: Part;
  readonly turn: number;
  readonly seq: number;
}

/** Finds what was said at a place of a session's log: the agent's words, or the prompt that an event there names. */
export class SaidFinder {
  readonly #turnsBefore;
  readonly #given;
  readonly #prompts;

  constructor(
    { raw }: HubDatabase,
    private readonly log: EventLog,
  ) {
    this.#turnsBefore = raw.prepare<{ n: number }, [string, number]>(
      "SELECT count(*) AS n FROM session_events WHERE session_id = ? AND seq <= ? AND kind = 'turnStarted'",
    );
    this.#given = raw.prepare<{ seq: number | null }, [string, string]>(
      `SELECT min(seq) AS seq FROM session_events
        WHERE session_id = ? AND kind IN ('turnStarted', 'promptDelivered') AND instr(payload, json_quote(?)) > 0`,
    );
    this.#prompts = raw.prepare<Pick<Row['sessionEvents'], 'payload'>, [string, string]>(
      `SELECT payload FROM session_events
        WHERE session_id = ? AND kind IN ('promptQueued', 'promptEdited') AND instr(payload, json_quote(?)) > 0 ORDER BY seq`,
    );
  }

  /** Null when nothing that can be pinned was said there. */
  at(id: SessionId, seq: number): Said | null {
    const [event] = this.log.since(id, seq - 1, 1);
    if (event?.seq !== seq) return null;
    if (event.kind === 'message') {
      const part = event.message.type === 'text' ? wordsPart(event.message) : null;
      return part && { messageId: event.message.id, part, turn: this.#turnAt(id, seq), seq };
    }
    const promptId = promptOf(event);
    const part = promptId === null ? null : this.#promptPart(id, promptId);
    if (promptId === null || !part) return null;
    const given = this.#given.get(id, promptId)?.seq ?? seq;
    return { messageId: promptId, part, turn: this.#turnAt(id, given), seq: given };
  }

  #turnAt(id: SessionId, seq: number): number {
    return Math.max(0, (this.#turnsBefore.get(id, seq)?.n ?? 0) - 1);
  }

  #promptPart(id: SessionId, promptId: PromptId): Part | null {
    let text: string | null = null;
    let images = 0;
    for (const { payload } of this.#prompts.all(id, promptId)) {
      const event = SessionEventBody.safeParse(JSON.parse(payload)).data;
      if (event?.kind === 'promptQueued' && event.prompt.id === promptId) {
        text = event.prompt.text;
        images = event.prompt.images.length;
      }
      if (event?.kind === 'promptEdited' && event.promptId === promptId) text = event.text;
    }
    return text === null || (text.trim() === '' && images === 0) ? null : promptPart(text, images);
  }
}

function promptOf(event: SessionEvent): PromptId | null {
  switch (event.kind) {
    case 'promptQueued':
      return event.prompt.id;
    case 'promptSent':
    case 'promptDelivered':
    case 'turnStarted':
      return event.promptId ?? null;
    default:
      return null;
  }
}
