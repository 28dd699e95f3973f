import { createHubClient, type HubClient } from './client.ts';
import { whetherSignedIn } from './sign-in.ts';
import { ReconnectingSocket } from './socket.ts';

/** After this many failed attempts the hub is called lost: it does not run, or can't be reached. */
const LOST_AFTER = 6;
/** A page that was hidden this long asks whether its connection still lives before it trusts it. */
const PROBE_AFTER_MS = 5000;
const PROBE_LIMIT_MS = 2000;
/** How often it is looked whether the hub has fallen silent. */
const LOOK_MS = 1000;
/** Without a word for so long after something was sent, or at all, the hub is asked whether it is there. */
const UNANSWERED_MS = 3000;
const QUIET_MS = 20_000;
/** A hub that is there may be busy for a while. */
const BUSY_LIMIT_MS = 4000;

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
  readonly #look: ReturnType<typeof setInterval>;
  #hiddenAt = 0;
  #asking = false;

  constructor(url: string = rpcUrl(location), connect?: (url: string) => WebSocket) {
    this.#socket = new ReconnectingSocket(
      url,
      {
        open: () => {
          this.state = 'connected';
          this.since = null;
          this.signedOut = false;
        },
        down: (attempts) => this.#down(attempts),
      },
      connect,
    );
    this.#look = setInterval(() => this.#listen(), LOOK_MS);
    this.client = createHubClient(this.#socket);
    const { signal } = this.#stop;
    addEventListener('online', () => this.#check(), { signal });
    document.addEventListener('visibilitychange', () => this.#visibility(), { signal });
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    clearInterval(this.#look);
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
  async #check(limitMs = PROBE_LIMIT_MS): Promise<void> {
    if (this.state !== 'connected') return this.#socket.retryNow();
    if (this.#asking) return;
    this.#asking = true;
    const late = new AbortController();
    const limit = setTimeout(() => late.abort(), limitMs);
    try {
      await this.client.misc.info({}, { signal: late.signal, context: { retry: 0 } });
    } catch {
      // Whatever went wrong, a fresh connection is cheap and right.
      this.#socket.renew();
    } finally {
      clearTimeout(limit);
      this.#asking = false;
    }
  }

  /** A hub that stands still (a laptop that sleeps, a network that swallows) keeps its connection open and says nothing. */
  #listen(): void {
    if (this.state !== 'connected' || document.hidden) return;
    const { ms, asked } = this.#socket.silence;
    if (asked >= UNANSWERED_MS || ms >= QUIET_MS) void this.#check(BUSY_LIMIT_MS);
  }
}

function rpcUrl(at: Location): string {
  return `${at.protocol === 'https:' ? 'wss:' : 'ws:'}//${at.host}/rpc`;
}
