import type { CommandId } from '@agor/protocol';
import { rejected } from '../failure.ts';
import { commandFingerprint } from '../outbox/index.ts';

const REMEMBERED = 2_000;

/**
 * Does a command once: the same id again gets the first result, also while that is still being worked out. For the domains whose results
 * a restart of the hub need not remember (their ids are made from the command's, or doing it again changes nothing); sessions have their own.
 */
export class Once {
  readonly #done = new Map<CommandId, { readonly fingerprint: string; readonly result: Promise<unknown> }>();

  /** Throws `Failure` REJECTED when the id was used for another operation or input. */
  async run<T, C extends { readonly commandId: CommandId }>(
    operation: string,
    command: C,
    work: () => T | Promise<T>,
  ): Promise<T> {
    const { commandId } = command;
    const fingerprint = commandFingerprint(operation, command);
    const known = this.#done.get(commandId);
    if (known) {
      if (known.fingerprint !== fingerprint)
        throw rejected('This command id was used for another command. A new command needs an id of its own.');
      return known.result as Promise<T>;
    }
    const result = (async () => work())();
    this.#done.set(commandId, { fingerprint, result });
    // A failure changed nothing: the person may mend what was wrong and try again.
    result.catch(() => this.#done.delete(commandId));
    const oldest = this.#done.keys().next();
    if (this.#done.size > REMEMBERED && !oldest.done) this.#done.delete(oldest.value);
    return result;
  }
}
