import { createHash } from 'node:crypto';
import type { CommandId } from '@agor/protocol';
import { canonicalJson } from '@agor/providers';
import type { Clock } from '@agor/runtime';
import type { HubDatabase, Row } from '../database/index.ts';
import { rejected } from '../failure.ts';

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
    this.#find = db.raw.prepare<Pick<Row['doneCommands'], 'result' | 'fingerprint'>, [string]>(
      'SELECT result, fingerprint FROM done_commands WHERE id = ?',
    );
    this.#insert = db.raw.prepare<{ position: number }, [string, number, string, string]>(
      'INSERT INTO done_commands (id, at, result, fingerprint) VALUES (?, ?, ?, ?) RETURNING position',
    );
    this.#trim = db.raw.prepare<unknown, [number]>('DELETE FROM done_commands WHERE position <= ?');
  }

  /**
   * The result of the command with this id: the stored one, or that of `fn`, which is stored with it. Only within a
   * transaction, so that the command and the memory of it are one. A command that throws is not remembered. Throws
   * `Failure` REJECTED when the id was used for another operation or input: the first one's result is no answer to that.
   * @param command the id and all that makes the command this one, as it comes again when it is sent again
   */
  once<T, C extends { readonly commandId: CommandId }>(operation: string, command: C, fn: () => T): T {
    const fingerprint = commandFingerprint(operation, command);
    const known = this.#find.get(command.commandId);
    if (known) {
      if (known.fingerprint !== null && known.fingerprint !== fingerprint)
        throw rejected('This command id was used for another command. A new command needs an id of its own.');
      return JSON.parse(known.result) as T;
    }
    const result = fn();
    const row = this.#insert.get(command.commandId, this.clock.now(), JSON.stringify(result ?? null), fingerprint);
    if (row && row.position % TRIM_EVERY === 0) this.#trim.run(row.position - KEPT);
    return result;
  }
}

/** What an id was used for: the operation and its input, in whatever order the fields are written. */
export function commandFingerprint(operation: string, command: object): string {
  return createHash('sha256')
    .update(`${operation} ${canonicalJson(command)}`)
    .digest('hex');
}
