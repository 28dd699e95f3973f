import { FromPtyHost, newId, type PtyId, type PtyInfo, type ToPtyHost } from '@agor/protocol';
import { type Clock, delay, type Logger, type Timer } from '@agor/runtime';
import { z } from 'zod';
import { Failure, rejected, unreachable } from '../failure.ts';
import { openPtyChannel, type PtyChannel } from './pty-channel.ts';

export interface PtyAddress {
  readonly socketPath: string;
  readonly secret: string;
}

export interface PtyControlOptions {
  /** Where the pty host is; throws `Failure` UNREACHABLE while there is no machine. */
  readonly address: () => PtyAddress;
  readonly clock: Clock;
  readonly log: Logger;
  /** All terminals, after each connection. */
  readonly onList: (ptys: PtyInfo[]) => void;
  readonly onChanged: (pty: PtyInfo) => void;
  readonly onGone: (id: PtyId) => void;
}

const REQUEST_MS = 10_000;
const RECONNECT_MS = [50, 100, 250, 500, 1_000, 2_000];
const RequestId = z.string().brand<'PtyRequest'>();

/** A command without its id, which is made here. */
export type PtyCommand = ToPtyHost extends infer M ? (M extends { id: string } ? Omit<M, 'id'> : never) : never;
interface Pending {
  readonly resolve: (ptys: PtyInfo[]) => void;
  readonly reject: (error: Error) => void;
  readonly timer: Timer;
}

/** The hub's one control connection to the pty host. Comes again, ever more slowly, when it breaks off. */
export class PtyControl implements Disposable {
  readonly #options: PtyControlOptions;
  /** Bounded by their timeout. */
  readonly #pending = new Map<string, Pending>();
  #channel: PtyChannel | null = null;
  #ready: Promise<void> | null = null;
  #attempt = 0;
  #retry: Timer | null = null;
  #closed = false;

  constructor(options: PtyControlOptions) {
    this.#options = options;
  }

  /** Connects, unless it is or tries already. Throws what `address` throws. */
  connect(): void {
    const address = this.#options.address();
    if (this.#closed || this.#channel || this.#retry) return;
    const opened = Promise.withResolvers<void>();
    opened.promise.catch(() => {}); // nobody may be waiting just now
    this.#ready = opened.promise;
    this.#channel = openPtyChannel(
      { ...address, path: '/control' },
      {
        onOpen: () => {
          this.#send({ t: 'list' }).then((ptys) => {
            this.#attempt = 0;
            this.#options.onList(ptys);
            opened.resolve();
          }, opened.reject);
        },
        onMessage: (data) => this.#receive(data),
        onClose: (code, reason) => {
          opened.reject(unreachable('The pty host went away.'));
          this.#lost(code, reason);
        },
      },
    );
  }

  /** Sends a command as soon as there is a connection. It is sent once: after a loss nobody knows whether it was done. Throws `Failure`. */
  async request(command: PtyCommand): Promise<PtyInfo[]> {
    await this.connected();
    return this.#send(command);
  }

  /** Waits for a connection as long as a request may take: right after a start, the pty host is still on its way. */
  async connected(): Promise<void> {
    const { clock } = this.#options;
    const limit = clock.monotonic() + REQUEST_MS;
    for (;;) {
      this.connect();
      try {
        await this.#ready;
        if (this.#channel) return;
      } catch (error) {
        if (clock.monotonic() > limit) throw error;
      }
      if (clock.monotonic() > limit) throw unreachable('The pty host does not answer.');
      await delay(clock, 50);
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#retry?.cancel();
    this.#channel?.close();
  }

  #lost(code: number, reason: string): void {
    this.#channel = null;
    this.#ready = null;
    for (const pending of this.#pending.values()) {
      pending.timer.cancel();
      pending.reject(
        unreachable('The pty host went away before it answered. Look whether it was done, then try again.'),
      );
    }
    this.#pending.clear();
    if (this.#closed) return;
    if (this.#attempt === 0) this.#options.log.info('the connection to the pty host ended', { code, reason });
    const wait = RECONNECT_MS[Math.min(this.#attempt, RECONNECT_MS.length - 1)] ?? 2_000;
    this.#attempt++;
    this.#retry = this.#options.clock.setTimeout(() => {
      this.#retry = null;
      this.#tryToConnect();
    }, wait);
  }

  #tryToConnect(): void {
    try {
      this.connect();
    } catch (error) {
      // Without a machine there is none; the machine's return connects again.
      if (!(error instanceof Failure)) throw error;
    }
  }

  #send(command: PtyCommand): Promise<PtyInfo[]> {
    const channel = this.#channel;
    if (!channel) return Promise.reject(unreachable('The pty host is not connected.'));
    const id = newId(RequestId);
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.setTimeout(() => {
        this.#pending.delete(id);
        reject(unreachable('The pty host did not answer in time.'));
      }, REQUEST_MS);
      this.#pending.set(id, { resolve, reject, timer });
      channel.send(JSON.stringify({ ...command, id }));
    });
  }

  #receive(data: string | ArrayBuffer): void {
    const message = readMessage(data);
    if (!message) {
      this.#options.log.warn('the pty host said what is no message', { head: String(data).slice(0, 200) });
    } else if (message.t === 'changed') this.#options.onChanged(message.pty);
    else if (message.t === 'gone') this.#options.onGone(message.id);
    else this.#answered(message);
  }

  #answered(message: Extract<FromPtyHost, { t: 'ok' | 'failed' }>): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return; // it came after its time was up
    this.#pending.delete(message.id);
    pending.timer.cancel();
    if (message.t === 'ok') pending.resolve(message.ptys ?? []);
    else pending.reject(rejected(message.message));
  }
}

function readMessage(data: string | ArrayBuffer): FromPtyHost | null {
  if (typeof data !== 'string') return null;
  try {
    return FromPtyHost.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null; // no JSON: said by the caller
  }
}
