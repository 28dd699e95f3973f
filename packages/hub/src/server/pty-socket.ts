import { MAX_PTY_INPUT_BYTES, type PtyId, PtyOp } from '@agor/protocol';
import { Failure } from '../failure.ts';
import type { PtyChannel, Terminals } from '../terminals/index.ts';
import { CLOSE, type Socket, type SocketHandler } from './socket.ts';

/** The pty host cuts a slow client to "behind" long before; this much unread means that it does not read at all. */
const MAX_CLIENT_LAG_BYTES = 16 * 1024 * 1024;
/** A paste into a program that does not read. */
const MAX_INPUT_LAG_BYTES = 8 * 1024 * 1024;
const FROM_CLIENT: readonly number[] = [PtyOp.input, PtyOp.resize, PtyOp.read];

/** One window's view of one terminal: hands binary frames on between the client and the pty host, unread but for their opcode. */
export class PtySocket implements SocketHandler {
  #channel: PtyChannel | null = null;
  #open = false;
  /** What the client sent before the pty host took the proof. */
  #early: Uint8Array<ArrayBuffer>[] = [];
  #earlyBytes = 0;

  constructor(
    private readonly terminals: Pick<Terminals, 'attach'>,
    private readonly id: PtyId,
  ) {}

  open(socket: Socket): void {
    try {
      this.#channel = this.terminals.attach(this.id, {
        onOpen: () => this.#flush(),
        onMessage: (data) => this.#toClient(socket, data),
        onClose: (code, reason) => socket.close(closeCode(code), reason || 'the pty host went away'),
      });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      socket.close(CLOSE.goingAway, error.message.slice(0, 120));
    }
  }

  message(socket: Socket, message: string | Buffer<ArrayBuffer>): void {
    if (typeof message === 'string' || !FROM_CLIENT.includes(message[0] ?? -1)) {
      socket.close(CLOSE.badData, 'this is no frame of a terminal');
      return;
    }
    if (message.byteLength > MAX_PTY_INPUT_BYTES + 1) {
      socket.close(CLOSE.refused, `a frame may have ${MAX_PTY_INPUT_BYTES} bytes at most`);
      return;
    }
    const frame = new Uint8Array(message); // Bun's buffer is only ours during this call
    if (this.#open) this.#channel?.send(frame);
    else this.#keep(frame);
    if ((this.#channel?.unsent ?? 0) + this.#earlyBytes > MAX_INPUT_LAG_BYTES) {
      socket.close(CLOSE.tooMuch, 'the terminal does not read its input');
    }
  }

  close(): void {
    this.#channel?.close();
    this.#early = [];
  }

  #keep(frame: Uint8Array<ArrayBuffer>): void {
    this.#early.push(frame);
    this.#earlyBytes += frame.byteLength;
  }

  #flush(): void {
    this.#open = true;
    for (const frame of this.#early) this.#channel?.send(frame);
    this.#early = [];
    this.#earlyBytes = 0;
  }

  #toClient(socket: Socket, data: string | ArrayBuffer): void {
    if (typeof data === 'string') return; // of a newer pty host: no client of ours knows it
    socket.sendBinary(data);
    if (socket.getBufferedAmount() > MAX_CLIENT_LAG_BYTES) socket.close(CLOSE.tooMuch, 'this window does not read');
  }
}

/** Codes that only a protocol's own end may use are told as "going away": the client tries again. */
function closeCode(code: number): number {
  return code >= 4000 ? code : CLOSE.goingAway;
}
