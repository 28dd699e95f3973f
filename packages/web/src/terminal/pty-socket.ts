import { MAX_PTY_INPUT_BYTES, type PtySize } from '@agor/protocol';
import { inputFrame, parseServerFrame, readFrame, resizeFrame, type ServerFrame } from './frames.ts';

/** As of state/socket.ts: waits between attempts, in ms; the last one stays. */
const RETRY_MS = [0, 100, 250, 500, 1000];
/** An attempt that has brought no screen by then is given up. */
const CONNECT_LIMIT_MS = 5000;
/** What is typed while the terminal attaches: a person's keys, not a pasted file. More is refused. */
const MAX_WAITING_BYTES = 16 * 1024;
/** Keys that had to wait longer were typed at a screen that is no more: they are dropped. */
const MAX_WAITING_MS = 10_000;
/** Close code of the pty host: the terminal is not there any more. */
const NO_SUCH_TERMINAL = 4404;

export type PtyConnect = (url: string) => WebSocket;
export const openWebSocket: PtyConnect = (url) => new WebSocket(url);

/** `gone`: the terminal does not exist any more. It is not asked for again. */
export type LinkState = 'idle' | 'connecting' | 'attached' | 'gone';

export interface PtySocketEvents {
  frame(frame: Exclude<ServerFrame, { op: 'bad' }>): void;
  state(state: LinkState): void;
}

/**
 * A window's connection to one terminal. Comes back by itself while it is wanted (`attach` … `detach`); each connection begins with a
 * fresh screen, so nothing is asked for twice. What is typed while it attaches is sent once it is there, if that is soon.
 */
export class PtySocket implements Disposable {
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #limit: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  #waiting: { bytes: Uint8Array; at: number }[] = [];
  #state: LinkState = 'idle';

  constructor(
    private readonly url: string,
    private readonly on: PtySocketEvents,
    private readonly connect: PtyConnect = openWebSocket,
  ) {}

  get state(): LinkState {
    return this.#state;
  }

  /** Connects, and keeps connected. */
  attach(): void {
    if (this.#state === 'idle') this.#open();
  }

  /** Lets go: the pty host then sends nothing, and may park the terminal's screen. */
  detach(): void {
    if (this.#state === 'gone') return;
    this.#drop();
    this.#waiting = [];
    this.#set('idle');
  }

  [Symbol.dispose](): void {
    this.#drop();
    this.#state = 'gone';
  }

  /** False when it is lost: the terminal is gone, or more was typed ahead than is kept. */
  input(bytes: Uint8Array): boolean {
    if (this.#state !== 'attached') return this.#keep(bytes);
    for (let at = 0; at < bytes.byteLength; at += MAX_PTY_INPUT_BYTES) {
      this.#socket?.send(inputFrame(bytes.subarray(at, at + MAX_PTY_INPUT_BYTES)));
    }
    return true;
  }

  #keep(bytes: Uint8Array): boolean {
    const kept = this.#waiting.reduce((sum, one) => sum + one.bytes.byteLength, 0);
    if (this.#state === 'gone' || kept + bytes.byteLength > MAX_WAITING_BYTES) return false;
    this.#waiting.push({ bytes, at: performance.now() });
    return true;
  }

  #sendKept(): void {
    const kept = this.#waiting;
    this.#waiting = [];
    // One that is too old takes those after it along: a line without its beginning is another line.
    if (kept.some(({ at }) => performance.now() - at > MAX_WAITING_MS)) return;
    for (const { bytes } of kept) this.input(bytes);
  }

  resize(size: PtySize): void {
    if (this.#state === 'attached') this.#socket?.send(resizeFrame(size));
  }

  read(bytes: number): void {
    if (this.#state === 'attached') this.#socket?.send(readFrame(bytes));
  }

  #set(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.on.state(state);
  }

  #open(): void {
    this.#set('connecting');
    const socket = this.connect(this.url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#limit = setTimeout(() => {
      this.#lost(socket, 0);
      socket.close();
    }, CONNECT_LIMIT_MS);
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket === socket) this.#receive(data);
    });
    // An `error` is always followed by `close`, which is where it is handled.
    socket.addEventListener('close', ({ code }) => this.#lost(socket, code));
  }

  #receive(data: unknown): void {
    const frame = parseServerFrame(data);
    // Of a newer pty host, which speaks to older pages as well: what they don't know they can do without.
    if (frame.op === 'bad') return;
    if (frame.op === 'screen') {
      clearTimeout(this.#limit);
      this.#attempts = 0;
    }
    this.on.frame(frame);
    if (frame.op !== 'screen') return;
    this.#set('attached');
    this.#sendKept();
  }

  #lost(socket: WebSocket, code: number): void {
    if (this.#socket !== socket) return;
    this.#drop();
    if (code === NO_SUCH_TERMINAL) {
      this.#set('gone');
      return;
    }
    const wait = RETRY_MS[Math.min(this.#attempts, RETRY_MS.length - 1)] ?? 1000;
    this.#attempts += 1;
    this.#set('connecting');
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#limit);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}

export function ptyUrl(at: Pick<Location, 'protocol' | 'host'>, id: string): string {
  return `${at.protocol === 'https:' ? 'wss:' : 'ws:'}//${at.host}/pty/${encodeURIComponent(id)}`;
}
