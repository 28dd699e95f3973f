import type { MessagesRequest } from './anthropic-request.ts';

/** The oldest records are dropped at either bound. */
const MAX_RECORDED = 1000;
const MAX_RECORDED_BYTES = 256 * 1024 * 1024;

/** One request as it was received. Bodies are kept whole: a test may want to look at what the CLI sent. */
export interface RecordedRequest<Body = MessagesRequest> {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Body;
  /** Which prompt this call belonged to, and which call of it. */
  prompt?: string;
  call?: number;
  /** Which model call this was since the start, from 1. */
  nth?: number;
  at: number;
}

/** Keeps what was received last, and lets a test wait for a model call. */
export class Recorder<Body = MessagesRequest> {
  readonly requests: RecordedRequest<Body>[] = [];
  #bytes: number[] = [];
  #total = 0;
  #calls = 0;
  #watchers = new Map<number, Set<(entry: RecordedRequest<Body>) => void>>();

  /** @param path of the model calls */
  constructor(private readonly path = '/v1/messages') {}

  /** `bytes` is the size of the body as it came over the wire. */
  add(entry: RecordedRequest<Body>, bytes = 0): void {
    this.requests.push(entry);
    this.#bytes.push(bytes);
    this.#total += bytes;
    while (this.requests.length > MAX_RECORDED || (this.#total > MAX_RECORDED_BYTES && this.requests.length > 1)) {
      this.requests.shift();
      this.#total -= this.#bytes.shift() ?? 0;
    }
    if (entry.path !== this.path) return;
    entry.nth = ++this.#calls;
    for (const resolve of this.#watchers.get(this.#calls) ?? []) resolve(entry);
    this.#watchers.delete(this.#calls);
  }

  waitFor(n: number, limitMs: number): Promise<RecordedRequest<Body>> {
    const found = this.requests.find((entry) => entry.nth === n);
    if (found) return Promise.resolve(found);
    if (n <= this.#calls) return Promise.reject(new Error(`model call ${n} is no longer kept`));
    const { promise, resolve, reject } = Promise.withResolvers<RecordedRequest<Body>>();
    const fail = () => reject(new Error(`only ${this.#calls} of ${n} model calls in ${limitMs} ms`));
    const timer = setTimeout(fail, limitMs);
    const waiting = this.#watchers.get(n) ?? new Set();
    this.#watchers.set(n, waiting.add(resolve));
    return promise.finally(() => {
      clearTimeout(timer);
      waiting.delete(resolve);
    });
  }
}
