import { type Clock, LineSplitter, systemClock } from '@agor/runtime';
import { z } from 'zod';

/** Longest line of the app server; a thread with a long history comes in one. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;
/** Calls that wait for an answer at once; more are a bug. */
const MAX_WAITING = 200;

const Message = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
  emittedAtMs: z.number().optional(),
});
export type RequestId = string | number;
export interface Notification {
  readonly method: string;
  readonly params: unknown;
  readonly emittedAtMs?: number | undefined;
}

/** The app server refused a call. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export interface RpcHandlers {
  /** Awaited before the next line is read, so that a machine that does not read makes the app server wait. */
  notified(notification: Notification): void | Promise<void>;
  /** A question of the app server's; answer it with `answer` or `refuse`. */
  asked(id: RequestId, method: string, params: unknown): void;
  /** A line that is no message. */
  odd(line: string): void;
}

/** JSON-RPC as `codex app-server` speaks it: a message a line, without the `jsonrpc` field. */
export class Rpc {
  readonly #waiting = new Map<RequestId, PromiseWithResolvers<unknown>>();
  #nextId = 0;
  #ended: Error | null = null;

  constructor(
    private readonly write: (line: string) => void,
    private readonly handlers: RpcHandlers,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Reads until the stream ends; then every call that waits fails with `reason()`. */
  async serve(input: AsyncIterable<Uint8Array>, reason: () => Error): Promise<void> {
    const lines = new LineSplitter(MAX_LINE_BYTES);
    try {
      for await (const chunk of input) {
        for (const line of lines.push(chunk)) {
          if (typeof line === 'string') await this.#line(line);
          else this.handlers.odd(line.head);
        }
      }
    } finally {
      this.end(reason());
    }
  }

  /**
   * `traceparent`: the call belongs to this trace (the app server's own field, beside the parameters).
   * Rejects with `RpcError`, when the app server ends, or after `limitMs`.
   */
  async call(method: string, params: unknown, limitMs: number, traceparent?: string): Promise<unknown> {
    if (this.#ended) throw this.#ended;
    if (this.#waiting.size >= MAX_WAITING) throw new Error(`more than ${MAX_WAITING} calls wait for Codex`);
    const id = ++this.#nextId;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    const limit = this.clock.setTimeout(() => {
      waiting.reject(new Error(`Codex did not answer ${method} within ${limitMs / 1000} s.`));
    }, limitMs);
    this.#send({ id, method, params, ...(traceparent === undefined ? {} : { trace: { traceparent } }) });
    try {
      return await waiting.promise;
    } finally {
      limit.cancel();
      this.#waiting.delete(id);
    }
  }

  notify(method: string): void {
    this.#send({ method });
  }

  answer(id: RequestId, result: unknown): void {
    this.#send({ id, result });
  }

  refuse(id: RequestId, message: string): void {
    this.#send({ id, error: { code: -32601, message } });
  }

  end(reason: Error): void {
    this.#ended ??= reason;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended);
    this.#waiting.clear();
  }

  #send(message: object): void {
    if (!this.#ended) this.write(`${JSON.stringify(message)}\n`);
  }

  async #line(line: string): Promise<void> {
    const parsed = Message.safeParse(parseJson(line));
    if (!parsed.success) return this.handlers.odd(line);
    const { id, method, params, result, error, emittedAtMs } = parsed.data;
    if (method !== undefined && id !== undefined) this.handlers.asked(id, method, params);
    else if (method !== undefined) await this.handlers.notified({ method, params, emittedAtMs });
    else if (id !== undefined) {
      const waiting = this.#waiting.get(id);
      if (error) waiting?.reject(new RpcError(error.code, error.message));
      else waiting?.resolve(result);
      // What waited goes on before the lines that follow the answer.
      await waiting?.promise.catch(() => {}); // the caller has the failure
    } else this.handlers.odd(line);
  }
}

/** Not JSON is undefined: the schema then refuses it. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
