import { type PtyExit, type PtyInfo, PtyOp, type PtyScreen } from '@agor/protocol';

/** A terminal's WebSocket whose other end is the test. */
export class FakePtySocket extends EventTarget {
  static readonly CLOSED = 3;
  readyState = 1;
  binaryType = 'blob';
  readonly sent: Uint8Array[] = [];

  asWebSocket(): WebSocket {
    return this as unknown as WebSocket;
  }

  send(frame: Uint8Array): void {
    this.sent.push(frame);
  }

  close(): void {
    this.closes(1000);
  }

  /** The other end closes, or the connection is lost. */
  closes(code: number): void {
    if (this.readyState === FakePtySocket.CLOSED) return;
    this.readyState = FakePtySocket.CLOSED;
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }

  receives(frame: Uint8Array): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: frame.slice().buffer }));
  }

  output(text: string): void {
    this.#frame(PtyOp.output, text);
  }

  screen(data: string, size: PtyScreen['size'] = { cols: 80, rows: 24 }): void {
    const screen: PtyScreen = { size, data: `\x1bc${data}`, offset: data.length };
    this.#frame(PtyOp.screen, JSON.stringify(screen));
  }

  info(info: PtyInfo): void {
    this.#frame(PtyOp.info, JSON.stringify(info));
  }

  exit(exit: PtyExit): void {
    this.#frame(PtyOp.exit, JSON.stringify(exit));
  }

  /** What was typed, as text. */
  typed(): string {
    const inputs = this.sent.filter((frame) => frame[0] === PtyOp.input);
    return inputs.map((frame) => new TextDecoder().decode(frame.subarray(1))).join('');
  }

  /** The bodies of the JSON frames with this opcode. */
  said(op: number): unknown[] {
    const frames = this.sent.filter((frame) => frame[0] === op);
    return frames.map((frame) => JSON.parse(new TextDecoder().decode(frame.subarray(1))));
  }

  #frame(op: number, body: string): void {
    this.receives(new Uint8Array([op, ...new TextEncoder().encode(body)]));
  }
}
