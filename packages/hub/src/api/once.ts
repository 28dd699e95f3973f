import type { CommandId } from '@agor/protocol';

const REMEMBERED = 2_000;

/**
 * Does a command once: the same id again gets the first result, also while that is still being worked out. For the domains whose results
 * a restart of the hub need not remember (their ids are made from the command's, or doing it again changes nothing); sessions have their own.
 */
export class Once {
  readonly #done = new Map<CommandId, Promise<unknown>>();

  run<T>(commandId: CommandId, work: () => T | Promise<T>): Promise<T> {
    const known = this.#done.get(commandId);
    if (known) return known as Promise<T>;
    const result = (async () => work())();
    this.#done.set(commandId, result);
    // A failure changed nothing: the person may mend what was wrong and try again.
    result.catch(() => this.#done.delete(commandId));
    const oldest = this.#done.keys().next();
    if (this.#done.size > REMEMBERED && !oldest.done) this.#done.delete(oldest.value);
    return result;
  }
}
