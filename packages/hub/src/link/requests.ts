import type { ToMachine } from '@agor/protocol';
import type { Clock, Timer } from '@agor/runtime';
import { notFound, rejected, unreachable } from '../failure.ts';

export interface RequestOptions {
  /** In ms; 30 s when not said. Progress starts it anew. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (message: string) => void;
}

interface Open {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((message: string) => void) | undefined;
  readonly timeoutMs: number;
  timer: Timer;
  readonly unlisten: () => void;
}

const DEFAULT_TIMEOUT_MS = 30_000;
/** Requests that may wait for an answer at once. */
const MAX_OPEN = 512;

/** Questions to the machine that wait for their answer. They end with the connection: none outlives it. */
export class Requests {
  readonly #open = new Map<string, Open>();
  #last = 0;

  constructor(private readonly clock: Clock) {}

  send(
    transmit: (frame: ToMachine) => void,
    method: string,
    params: unknown,
    options: RequestOptions = {},
  ): Promise<unknown> {
    const { signal, onProgress, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    if (this.#open.size >= MAX_OPEN)
      return Promise.reject(unreachable('The machine has too many requests to answer; try again.'));
    if (signal?.aborted) return Promise.reject(rejected('Cancelled.'));
    const id = `r${++this.#last}`;
    return new Promise((resolve, reject) => {
      const cancel = (error: unknown): void => {
        if (this.#take(id)) transmit({ t: 'cancel', id });
        reject(error);
      };
      const onAbort = (): void => cancel(rejected('Cancelled.'));
      signal?.addEventListener('abort', onAbort, { once: true });
      const unlisten = (): void => signal?.removeEventListener('abort', onAbort);
      const timer = this.#deadline(id, method, timeoutMs, cancel);
      this.#open.set(id, { method, resolve, reject, onProgress, timeoutMs, timer, unlisten });
      transmit({ t: 'request', id, method, params });
    });
  }

  result(id: string, result: unknown): void {
    this.#take(id)?.resolve(result);
  }

  failure(id: string, code: string, message: string): void {
    this.#take(id)?.reject(code === 'notFound' ? notFound(message) : rejected(message));
  }

  progress(id: string, message: string, transmit: (frame: ToMachine) => void): void {
    const open = this.#open.get(id);
    if (!open) return;
    open.timer.cancel();
    open.timer = this.#deadline(id, open.method, open.timeoutMs, (error) => {
      if (this.#take(id)) transmit({ t: 'cancel', id });
      open.reject(error);
    });
    open.onProgress?.(message);
  }

  /** The connection is gone: nobody will answer. */
  failAll(): void {
    for (const id of [...this.#open.keys()])
      this.#take(id)?.reject(unreachable('The connection to the machine was lost; try again.'));
  }

  #deadline(id: string, method: string, ms: number, cancel: (error: unknown) => void): Timer {
    return this.clock.setTimeout(
      () => cancel(unreachable(`The machine did not answer "${method}" (${id}) within ${Math.round(ms / 1000)} s.`)),
      ms,
    );
  }

  #take(id: string): Open | undefined {
    const open = this.#open.get(id);
    if (!open) return undefined;
    this.#open.delete(id);
    open.timer.cancel();
    open.unlisten();
    return open;
  }
}
