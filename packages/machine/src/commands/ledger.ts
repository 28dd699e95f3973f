import { CommandId, type LinkCommand, PromptId, SessionId } from '@agor/protocol';
import { type Clock, systemClock } from '@agor/runtime';
import type { MachineStore } from '../store/index.ts';

/** Settled commands are remembered so long, in case a hub repeats one… */
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;
/** …and at most so many; unsettled ones are always kept. */
const KEEP_COUNT = 100_000;
/** Between two clean-ups, in commands. */
const CLEAN_EVERY = 1_000;

/**
 * A command's way: accepted → done. A query's: accepted → written (given to the runner, or about to be) → confirmed (the agent said so), or
 * done when it could not be delivered, or doubtful when nobody can know.
 */
type CommandState = 'accepted' | 'written' | 'confirmed' | 'doubtful' | 'done';

export interface UnsettledCommand {
  readonly id: CommandId;
  readonly kind: string;
  readonly sessionId: SessionId;
  readonly promptId: PromptId | null;
  readonly state: Extract<CommandState, 'accepted' | 'written'>;
}

interface Row {
  id: string;
  kind: string;
  session_id: string;
  prompt_id: string | null;
  state: UnsettledCommand['state'];
}

/**
 * Which commands this machine has, durably, so that each is done once however often it is sent (architecture §5.3). Their contents are not
 * kept: after a crash no command is carried out late, the hub is told what became of it.
 *
 * Methods named `record…` are durable when they return. `settle…` belong into a journal entry's transaction, or may be lost and come true
 * again at the next start. All throw when the disk is full; nothing has then changed.
 */
export class CommandLedger {
  #sinceCleanUp = 0;

  constructor(
    private readonly store: MachineStore,
    private readonly clock: Clock = systemClock,
  ) {
    this.#cleanUp();
  }

  /** Remembers those that are new and returns them; all of them may be acknowledged then. */
  recordAccepted(commands: readonly LinkCommand[]): LinkCommand[] {
    const insert = this.store.ledger.query(
      `INSERT INTO commands (id, kind, session_id, prompt_id, state, at) VALUES (?, ?, ?, ?, 'accepted', ?) ON CONFLICT DO NOTHING`,
    );
    const now = this.clock.now();
    const fresh = this.store.ledger
      .transaction(() =>
        commands.filter(({ id, command }) => {
          const promptId = command.kind === 'query' ? command.promptId : null;
          return insert.run(id, command.kind, command.sessionId, promptId, now).changes > 0;
        }),
      )
      .immediate();
    this.#sinceCleanUp += fresh.length;
    if (this.#sinceCleanUp >= CLEAN_EVERY) this.#cleanUp();
    return fresh;
  }

  /** Remembers a command of a kind that we do not know. False when it is remembered already. */
  recordUnknown(id: CommandId, kind: string, sessionId: SessionId): boolean {
    const { changes } = this.store.ledger
      .query(
        `INSERT INTO commands (id, kind, session_id, prompt_id, state, at) VALUES (?, ?, ?, NULL, 'accepted', ?) ON CONFLICT DO NOTHING`,
      )
      .run(id, kind, sessionId, this.clock.now());
    return changes > 0;
  }

  /** From here on the runner may have the query. */
  recordWritten(id: CommandId): void {
    this.store.ledger.query(`UPDATE commands SET state = 'written' WHERE id = ? AND state = 'accepted'`).run(id);
  }

  settle(id: CommandId, state: Extract<CommandState, 'done' | 'doubtful'>): void {
    this.store.journal
      .query(`UPDATE commands SET state = ? WHERE id = ? AND state IN ('accepted', 'written')`)
      .run(state, id);
  }

  /** The agent has the prompt. */
  settleConfirmed(sessionId: SessionId, promptId: PromptId): void {
    this.store.journal
      .query(
        `UPDATE commands SET state = 'confirmed' WHERE session_id = ? AND prompt_id = ? AND state IN ('accepted', 'written')`,
      )
      .run(sessionId, promptId);
  }

  /** Queries that a runner of this session was given and that the agent has not confirmed. */
  unconfirmed(sessionId: SessionId): UnsettledCommand[] {
    return this.store.journal
      .query<Row, [string]>(
        `SELECT id, kind, session_id, prompt_id, state FROM commands WHERE session_id = ? AND state = 'written' ORDER BY at, rowid`,
      )
      .all(sessionId)
      .map(fromRow);
  }

  /** All that is neither done nor given up, oldest first. */
  unsettled(): UnsettledCommand[] {
    return this.store.journal
      .query<Row, []>(
        `SELECT id, kind, session_id, prompt_id, state FROM commands WHERE state IN ('accepted', 'written') ORDER BY at, rowid`,
      )
      .all()
      .map(fromRow);
  }

  #cleanUp(): void {
    this.#sinceCleanUp = 0;
    const settled = `state NOT IN ('accepted', 'written')`;
    const db = this.store.journal;
    db.query(`DELETE FROM commands WHERE ${settled} AND at < ?`).run(this.clock.now() - KEEP_MS);
    db.query(
      `DELETE FROM commands WHERE ${settled} AND rowid <= (SELECT rowid FROM commands ORDER BY rowid DESC LIMIT 1 OFFSET ?)`,
    ).run(KEEP_COUNT);
  }
}

function fromRow(row: Row): UnsettledCommand {
  return {
    id: CommandId.parse(row.id),
    kind: row.kind,
    sessionId: SessionId.parse(row.session_id),
    promptId: row.prompt_id === null ? null : PromptId.parse(row.prompt_id),
    state: row.state,
  };
}
