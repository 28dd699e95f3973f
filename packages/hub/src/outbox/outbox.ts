import { CommandId, type LinkCommand, MachineCommand, newId } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubDatabase, Row } from '../database/index.ts';

/** Is told of every command's way to the machine. */
export interface OutboxObserver {
  /** Within the transaction that promises it, which may still fail. */
  added(id: CommandId, command: MachineCommand): void;
  /** The machine has them. Ids may be unknown, and come again. */
  acknowledged(ids: readonly CommandId[]): void;
}

/** A command with its place in the order in which the machine has to get it. */
export interface OutboxEntry extends LinkCommand {
  readonly position: number;
  /** Its size as JSON. */
  readonly chars: number;
}

/**
 * Commands that a machine has to get, written in the transaction of the event that promises them and kept until the
 * machine says that it has them (architecture §5.3).
 */
export class Outbox {
  readonly #db: HubDatabase;
  readonly #insert;
  readonly #after;
  readonly #remove;
  readonly #pendingPrompt;
  #onAdded: () => void = () => {};
  #observer: OutboxObserver | undefined;

  constructor(
    db: HubDatabase,
    private readonly clock: Clock,
  ) {
    this.#db = db;
    this.#insert = db.raw.prepare<unknown, [string, string, number, string]>(
      'INSERT INTO outbox (id, session_id, created_at, command) VALUES (?, ?, ?, ?)',
    );
    this.#after = db.raw.prepare<Row['outbox'], [number, number]>(
      'SELECT * FROM outbox WHERE position > ? ORDER BY position LIMIT ?',
    );
    this.#remove = db.raw.prepare<unknown, [string]>('DELETE FROM outbox WHERE id = ?');
    this.#pendingPrompt = db.raw.prepare<{ n: number }, [string]>(
      'SELECT count(*) AS n FROM outbox WHERE session_id = ?',
    );
  }

  /** Only within a transaction; whoever calls tells the link after the commit (`added`). */
  add(command: MachineCommand): void {
    const id = newId(CommandId);
    this.#insert.run(id, command.sessionId, this.clock.now(), JSON.stringify(command));
    this.#observer?.added(id, command);
  }

  /** Commands after `position`, in order. */
  after(position: number, limit: number): OutboxEntry[] {
    return this.#after.all(position, limit).map((row) => ({
      position: row.position,
      chars: row.command.length,
      id: CommandId.parse(row.id),
      command: MachineCommand.parse(JSON.parse(row.command)),
    }));
  }

  /** The machine has them. Unknown ids are fine: acknowledgements may repeat. */
  acknowledge(ids: readonly CommandId[]): void {
    for (const id of ids) this.#remove.run(id);
    this.#observer?.acknowledged(ids);
  }

  /** Whether commands for this session wait for the machine's acknowledgement. */
  hasPending(sessionId: string): boolean {
    return (this.#pendingPrompt.get(sessionId)?.n ?? 0) > 0;
  }

  /** Commands that the machine has not acknowledged. */
  count(): number {
    return this.#db.raw.query<{ n: number }, []>('SELECT count(*) AS n FROM outbox').get()?.n ?? 0;
  }

  /** One observer. */
  watch(observer: OutboxObserver): void {
    this.#observer = observer;
  }

  /** Who is told that there is something to send. One listener: the link. */
  onAdded(listener: () => void): void {
    this.#onAdded = listener;
  }

  added(): void {
    this.#onAdded();
  }
}
