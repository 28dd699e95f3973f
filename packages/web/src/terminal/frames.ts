import { PtyExit, PtyInfo, PtyOp, PtyScreen, type PtySize } from '@agor/protocol';

/** What comes from the terminal; see the protocol's pty.ts. */
export type ServerFrame =
  | { op: 'output'; bytes: Uint8Array }
  | { op: 'screen'; screen: PtyScreen }
  | { op: 'exit'; exit: PtyExit }
  | { op: 'info'; info: PtyInfo }
  /** Of a newer hub, or damaged: says what is wrong with it. */
  | { op: 'bad'; why: string };

export function parseServerFrame(data: unknown): ServerFrame {
  if (!(data instanceof ArrayBuffer) || data.byteLength === 0) return { op: 'bad', why: 'not a binary frame' };
  const body = new Uint8Array(data, 1);
  const op = new Uint8Array(data, 0, 1)[0];
  if (op === PtyOp.output) return { op: 'output', bytes: body };
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(body));
    if (op === PtyOp.screen) return { op: 'screen', screen: PtyScreen.parse(json) };
    if (op === PtyOp.exit) return { op: 'exit', exit: PtyExit.parse(json) };
    if (op === PtyOp.info) return { op: 'info', info: PtyInfo.parse(json) };
  } catch (error) {
    return { op: 'bad', why: String(error).slice(0, 200) };
  }
  return { op: 'bad', why: `unknown opcode ${op}` };
}

export function inputFrame(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(bytes.byteLength + 1);
  frame[0] = PtyOp.input;
  frame.set(bytes, 1);
  return frame;
}

export function resizeFrame(size: PtySize): Uint8Array<ArrayBuffer> {
  return jsonFrame(PtyOp.resize, size);
}

/** @param bytes output drawn since the last screen, in all */
export function readFrame(bytes: number): Uint8Array<ArrayBuffer> {
  return jsonFrame(PtyOp.read, { bytes });
}

function jsonFrame(op: number, body: unknown): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(body));
  const frame = new Uint8Array(text.byteLength + 1);
  frame[0] = op;
  frame.set(text, 1);
  return frame;
}
