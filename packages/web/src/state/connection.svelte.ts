import { createHubClient, type HubClient } from './client.ts';
import { whetherSignedIn } from './sign-in.ts';
import { ReconnectingSocket } from './socket.ts';

/** After this many failed attempts the hub is called lost: it does not run, or can't be reached. */
const LOST_AFTER = 6;
/** A page that was hidden this long asks whether its connection still lives before it trusts it. */
const PROBE_AFTER_MS = 5000;
const PROBE_LIMIT_MS = 2000;

export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'lost';

/** The window's one connection to the hub, for the status bar and for the streams that resume after a gap. */
export class ConnectionStore implements Disposable {
  state = $state<ConnectionState>('connecting');
  /** When the connection went away; null while it stands. */
  since = $state<number | null>(null);
  /** The hub refuses this browser: the person needs the link that `agor` prints. */
  signedOut = $state(false);
  readonly client: HubClient;
  readonly #socket: ReconnectingSocket;
  readonly #stop = new AbortController();
  #hiddenAt = 0;

  constructor(url: string = rpcUrl(location)) {
    this.#socket = new ReconnectingSocket(url, {
      open: () => {
        this.state = 'connected';
        this.since = null;
        this.signedOut = false;
      },
      down: (attempts) => this.#down(attempts),
    });
    this.client = createHubClient(this.#socket);
    const { signal } = this.#stop;
    addEventListener('online', () => this.#check(), { signal });
    document.addEventListener('visibilitychange', () => this.#visibility(), { signal });
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#socket[Symbol.dispose]();
  }

  #down(attempts: number): void {
    this.since ??= Date.now();
    if (attempts === 1 || attempts % 20 === 0) void this.#askWhySignedOut();
    if (attempts >= LOST_AFTER) this.state = 'lost';
    else if (this.state !== 'connecting') this.state = 'reconnecting';
  }

  /** A refused handshake looks like a lost network to a WebSocket; only HTTP tells them apart. */
  async #askWhySignedOut(): Promise<void> {
    if ((await whetherSignedIn()) === 'out') this.signedOut = true;
  }

  #visibility(): void {
    if (document.hidden) this.#hiddenAt = Date.now();
    else if (this.state !== 'connected' || Date.now() - this.#hiddenAt > PROBE_AFTER_MS) void this.#check();
  }

  /** After a sleep a dead connection can look open for minutes; one question finds out. */
  async #check(): Promise<void> {
    if (this.state !== 'connected') return this.#socket.retryNow();
    try {
      await this.client.misc.info({}, { signal: AbortSignal.timeout(PROBE_LIMIT_MS), context: { retry: 0 } });
    } catch {
      // Whatever went wrong, a fresh connection is cheap and right.
      this.#socket.renew();
    }
  }
}

function rpcUrl(at: Location): string {
  return `${at.protocol === 'https:' ? 'wss:' : 'ws:'}//${at.host}/rpc`;
}
