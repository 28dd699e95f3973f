import { CommandId, newId } from '@agor/protocol';
import { ORPCError } from '@orpc/client';
import { SvelteSet } from 'svelte/reactivity';

/** How long the person waits for the answer to a command before it counts as failed. */
const LIMIT_MS = 20_000;

export type Outcome<T> =
  | { ok: true; value: T }
  /** `conflict`: somebody was faster; what is there now has to be looked at first. */
  | { ok: false; message: string; conflict: boolean };

export interface Failure {
  /** What did not happen: "The project was not added". */
  title: string;
  /** Why, and what to do. */
  message: string;
}

/**
 * The one way in which the face changes anything. It gives the command its id, keeps the spinner's state, limits the wait
 * and tells the person what failed. The answer ends the spinner; what is true comes from the two streams.
 */
export class CommandsStore {
  readonly #busy = new SvelteSet<string>();

  constructor(private readonly report: (failure: Failure) => void) {}

  /** Whether a command with this key is under way: its button shows it and takes no second click. */
  busy(key: string): boolean {
    return this.#busy.has(key);
  }

  /**
   * Sends a command. While one with the same key is under way a second one is not sent.
   * @param failed what to tell the person when it fails, as a sentence without a full stop
   */
  async run<T>(
    key: string,
    failed: string,
    send: (commandId: CommandId, options: { signal: AbortSignal }) => Promise<T>,
  ): Promise<Outcome<T>> {
    if (this.#busy.has(key)) return { ok: false, message: 'already under way', conflict: false };
    this.#busy.add(key);
    try {
      return { ok: true, value: await send(newId(CommandId), { signal: AbortSignal.timeout(LIMIT_MS) }) };
    } catch (error) {
      const message = explain(error);
      this.report({ title: failed, message });
      return { ok: false, message, conflict: error instanceof ORPCError && error.code === 'CONFLICT' };
    } finally {
      this.#busy.delete(key);
    }
  }
}

/** An error of a command in words for the person. */
export function explain(error: unknown): string {
  if (error instanceof ORPCError) return explainTyped(error);
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return 'agor did not answer in time. The change may still happen; look before you try again.';
  }
  return 'The connection to agor was lost. The change may still happen; look before you try again.';
}

function explainTyped(error: ORPCError<string, unknown>): string {
  switch (error.code) {
    case 'CONFLICT': {
      const detail = conflictDetail(error.data);
      return detail ?? error.message;
    }
    case 'UNREACHABLE':
      return error.message || 'The machine does not answer now. agor goes on trying; try again in a moment.';
    case 'BAD_REQUEST':
      return `agor did not accept this input: ${error.message}`;
    case 'INTERNAL_SERVER_ERROR':
      return 'Something went wrong inside agor. Its log tells more: agor doctor shows where it is.';
    default:
      return error.message;
  }
}

function conflictDetail(data: unknown): string | null {
  if (typeof data !== 'object' || data === null) return null;
  const { by, detail } = data as { by?: unknown; detail?: unknown };
  return typeof detail === 'string' ? `${detail}${typeof by === 'string' ? ` (${by})` : ''}` : null;
}
