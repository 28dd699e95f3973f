import { PtyOp, PtySize } from '@agor/protocol';
import { z } from 'zod';

/** `[opcode][body]`, as the protocol's `pty.ts` says. */
export function frame(op: number, chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 1);
  const bytes = new Uint8Array(size);
  bytes[0] = op;
  let at = 1;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

export function jsonFrame(op: number, body: unknown): Uint8Array<ArrayBuffer> {
  return frame(op, [new TextEncoder().encode(JSON.stringify(body))]);
}

const Read = z.object({ bytes: z.number().nonnegative() });

export type ClientFrame =
  | { readonly op: 'input'; readonly bytes: Uint8Array }
  | { readonly op: 'resize'; readonly size: PtySize }
  | { readonly op: 'read'; readonly bytes: number }
  | { readonly op: 'bad'; readonly why: string };

/** A frame from a client. What it cannot mean comes back as `bad` with the reason. */
export function parseClientFrame(data: Uint8Array): ClientFrame {
  const body = data.subarray(1);
  switch (data[0]) {
    case PtyOp.input:
      return { op: 'input', bytes: body };
    case PtyOp.resize: {
      const size = parseJson(body, PtySize);
      return size ? { op: 'resize', size } : { op: 'bad', why: 'a resize frame holds no size' };
    }
    case PtyOp.read: {
      const read = parseJson(body, Read);
      return read ? { op: 'read', bytes: read.bytes } : { op: 'bad', why: 'a read frame holds no {bytes}' };
    }
    default:
      return { op: 'bad', why: `a client sends no frame with the opcode ${data[0] ?? 'missing'}` };
  }
}

function parseJson<T>(body: Uint8Array, schema: z.ZodType<T>): T | null {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(body))).data ?? null;
  } catch {
    return null; // no JSON: the caller says what was expected
  }
}
