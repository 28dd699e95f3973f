/** Waits between attempts to connect, in ms. The first attempt after a loss comes at once; the last wait stays for a minute. */
const RETRY_MS = [0, 100, 250, 500];
/** After this many failed attempts nobody expects the hub back in this second any more. */
const PATIENT_AFTER = 120;
const PATIENT_MS = 2000;
/** An attempt that has not connected by then is given up. */
const CONNECT_LIMIT_MS = 5000;

export interface SocketEvents {
  open(): void;
  /** The connection was lost, or an attempt failed. `attempts` counts the failed ones since the last success. */
  down(attempts: number): void;
}

/**
 * A WebSocket that comes back by itself, in the shape that oRPC's RPCLink wants (it does not reconnect). While it is
 * away `readyState` says CONNECTING, so that a request waits for it. A `close` event is only sent when an open connection
 * is lost: then every request under way fails, and its caller repeats it by its command id or resumes by its cursor.
 */
export class ReconnectingSocket extends EventTarget implements Disposable {
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #limit: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  #isOpen = false;
  #closed = false;
  #heardAt = 0;
  /** When the first thing was sent after the last word that came. */
  #askedAt: number | null = null;

  constructor(
    private readonly url: string,
    private readonly on: SocketEvents,
    private readonly connect: (url: string) => WebSocket = (to) => new WebSocket(to),
  ) {
    super();
    this.#open();
  }

  get readyState(): WebSocket['readyState'] {
    if (this.#closed) return WebSocket.CLOSED;
    return this.#socket?.readyState === WebSocket.OPEN ? WebSocket.OPEN : WebSocket.CONNECTING;
  }

  /** How long nothing came over a connection that stands, in ms. `asked`: since something was sent after the last word. */
  get silence(): { readonly ms: number; readonly asked: number } {
    const now = Date.now();
    return { ms: now - this.#heardAt, asked: this.#askedAt === null ? 0 : now - this.#askedAt };
  }

  send(data: Parameters<WebSocket['send']>[0]): void {
    this.#askedAt ??= Date.now();
    // On one that is closing it would be dropped all the same, and complained of; its `close` tells those who wait.
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) this.#socket.send(data);
  }

  /** Connects now instead of after the current wait: the network is back, or the person looks at the page again. */
  retryNow(): void {
    if (this.#closed || this.#socket) return;
    clearTimeout(this.#timer);
    this.#open();
  }

  /** Gives the connection up as dead (nothing answers on it) and connects anew. */
  renew(): void {
    const socket = this.#socket;
    if (!socket) {
      this.retryNow();
      return;
    }
    this.#lost(socket);
    socket.close();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#limit);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.dispatchEvent(new Event('close'));
  }

  #open(): void {
    const socket = this.connect(this.url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#limit = setTimeout(() => this.renew(), CONNECT_LIMIT_MS);
    socket.addEventListener('open', () => {
      if (this.#socket !== socket) return;
      clearTimeout(this.#limit);
      this.#attempts = 0;
      this.#isOpen = true;
      this.#heard();
      this.dispatchEvent(new Event('open'));
      this.on.open();
    });
    socket.addEventListener('message', (event) => {
      if (this.#socket !== socket) return;
      this.#heard();
      this.dispatchEvent(new MessageEvent('message', { data: event.data }));
    });
    // An `error` is always followed by `close`, which is where it is handled.
    socket.addEventListener('close', () => this.#lost(socket));
  }

  #heard(): void {
    this.#heardAt = Date.now();
    this.#askedAt = null;
  }

  #lost(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    clearTimeout(this.#limit);
    if (this.#isOpen) this.dispatchEvent(new Event('close'));
    this.#isOpen = false;
    const wait = this.#attempts < PATIENT_AFTER ? (RETRY_MS[this.#attempts] ?? 500) : PATIENT_MS;
    this.#attempts += 1;
    this.#timer = setTimeout(() => this.#open(), wait);
    this.on.down(this.#attempts);
  }
}
