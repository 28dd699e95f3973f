import { type Clock, systemClock } from '@agor/runtime';
import type { z } from 'zod';

/** More requests of one hub at a time are refused. */
const MAX_OPEN = 256;
const DEFAULT_LIMIT_MS = 30_000;

export interface RequestContext {
  /** Aborted when the hub cancels, its time is up, or the hub is gone. */
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

export interface RequestMethod<Params> {
  readonly params: z.ZodType<Params>;
  /** Defaults to 30 s. */
  readonly limitMs?: number;
  readonly handle: (params: Params, context: RequestContext) => unknown;
}

/** A request that failed in an expected way. `code` is for programs, the message for the person. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

type Answer =
  | { readonly t: 'result'; readonly id: string; readonly result: unknown }
  | { readonly t: 'failure'; readonly id: string; readonly code: string; readonly message: string }
  | { readonly t: 'progress'; readonly id: string; readonly message: string };

/** What a hub may ask of this machine, by name. Domains register their methods here. */
export class Requests {
  readonly #methods = new Map<string, RequestMethod<unknown>>();

  constructor(private readonly clock: Clock = systemClock) {}

  /** Throws when there is one of that name already. */
  register<Params>(name: string, method: RequestMethod<Params>): void {
    if (this.#methods.has(name)) throw new Error(`there are two methods of the name ${name}`);
    this.#methods.set(name, method as RequestMethod<unknown>);
  }

  /** The open requests of one connection. */
  session(send: (answer: Answer) => void): RequestSession {
    return new RequestSession(this.#methods, this.clock, send);
  }
}

export class RequestSession implements Disposable {
  readonly #open = new Map<string, AbortController>();

  constructor(
    private readonly methods: ReadonlyMap<string, RequestMethod<unknown>>,
    private readonly clock: Clock,
    private readonly send: (answer: Answer) => void,
  ) {}

  /** Answers with a result or a failure, always, unless the hub is gone by then. */
  async start(id: string, name: string, params: unknown): Promise<void> {
    const fail = (code: string, message: string): void => this.send({ t: 'failure', id, code, message });
    const method = this.methods.get(name);
    if (!method) {
      fail('unknownMethod', `This machine knows no request "${name}".`);
      return;
    }
    if (this.#open.has(id)) {
      fail('duplicate', 'There is an open request with this id.');
      return;
    }
    if (this.#open.size >= MAX_OPEN) return fail('busy', 'Too many requests at once; try again later.');
    const parsed = method.params.safeParse(params);
    if (!parsed.success) return fail('badParams', parsed.error.issues.map((issue) => issue.message).join('; '));

    const controller = new AbortController();
    this.#open.set(id, controller);
    const limitMs = method.limitMs ?? DEFAULT_LIMIT_MS;
    const limit = this.clock.setTimeout(
      () =>
        controller.abort(new RequestFailed('timeout', `This took longer than ${limitMs / 1000} s and was given up.`)),
      limitMs,
    );
    try {
      const progress = (message: string): void => this.send({ t: 'progress', id, message });
      const work = Promise.resolve(method.handle(parsed.data, { signal: controller.signal, progress }));
      this.send({ t: 'result', id, result: (await orAborted(work, controller.signal)) ?? null });
    } catch (error) {
      fail(error instanceof RequestFailed ? error.code : 'failed', (error as Error).message);
    } finally {
      limit.cancel();
      this.#open.delete(id);
    }
  }

  cancel(id: string): void {
    this.#open.get(id)?.abort(new RequestFailed('cancelled', 'The request was cancelled.'));
  }

  /** The hub is gone: nobody waits for the answers. */
  [Symbol.dispose](): void {
    for (const id of this.#open.keys()) this.cancel(id);
  }
}

/** A handler that ignores its signal must not keep the hub waiting. */
function orAborted(work: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}
