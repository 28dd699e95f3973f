import type { CommandId } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubDatabase } from '../database/index.ts';

/** Results remembered; a client that repeats a command after more than this many others would do it again. */
const KEPT = 10_000;
const TRIM_EVERY = 500;

/** Remembers what clients' commands came to, so that one which is sent twice is done once. */
export class DoneCommands {
  readonly #find;
  readonly #insert;
  readonly #trim;

  constructor(
    db: HubDatabase,
    private readonly clock: Clock,
  ) {
    this.#find = db.raw.prepare<{ result: string }, [string]>('SELECT result FROM done_commands WHERE id = ?');
    this.#insert = db.raw.prepare<{ position: number }, [string, number, string]>(
      'INSERT INTO done_commands (id, at, result) VALUES (?, ?, ?) RETURNING position',
    );
    this.#trim = db.raw.prepare<unknown, [number]>('DELETE FROM done_commands WHERE position <= ?');
  }

  /**
   * The result of the command with this id: the stored one, or that of `fn`, which is stored with it. Only within a
   * transaction, so that the command and the memory of it are one. A command that throws is not remembered.
   */
  once<T>(id: CommandId, fn: () => T): T {
    const known = this.#find.get(id);
    if (known) return JSON.parse(known.result) as T;
    const result = fn();
    const row = this.#insert.get(id, this.clock.now(), JSON.stringify(result ?? null));
    if (row && row.position % TRIM_EVERY === 0) this.#trim.run(row.position - KEPT);
    return result;
  }
}
