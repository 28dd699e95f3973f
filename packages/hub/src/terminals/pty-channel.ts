import { PtyChallenge, type PtyHello } from '@agor/protocol';
import { proveSecret } from '@agor/runtime';

/** Between the challenge and the close nothing may hang: a host that says nothing for this long is not there. */
const HANDSHAKE_MS = 5_000;

export interface PtyChannelEvents {
  /** The secret is proven; what is sent from now on is read. */
  onOpen(): void;
  onMessage(data: string | ArrayBuffer): void;
  /** Once; also when the connection never came about. */
  onClose(code: number, reason: string): void;
}

/** A connection to the pty host, `/control` or `/attach/<id>`. */
export interface PtyChannel {
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Bytes that the pty host has not taken yet. */
  readonly unsent: number;
  close(): void;
}

/** Connects to the pty host's Unix socket and proves the machine's secret. */
export function openPtyChannel(
  options: { readonly socketPath: string; readonly path: string; readonly secret: string },
  events: PtyChannelEvents,
): PtyChannel {
  const socket = new WebSocket(`ws+unix://${options.socketPath}:${options.path}`);
  socket.binaryType = 'arraybuffer';
  let proven = false;
  let closed = false;

  const end = (code: number, reason: string) => {
    if (closed) return;
    closed = true;
    clearTimeout(deadline);
    socket.close();
    events.onClose(code, reason);
  };
  const deadline = setTimeout(() => end(1006, 'the pty host did not answer'), HANDSHAKE_MS);

  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (closed) return;
    if (proven) {
      events.onMessage(data);
      return;
    }
    const challenge = readChallenge(data);
    if (!challenge) {
      end(1002, 'the pty host did not begin with a challenge');
      return;
    }
    const hello: PtyHello = { t: 'hello', mac: proveSecret(options.secret, challenge.nonce) };
    socket.send(JSON.stringify(hello));
    proven = true;
    clearTimeout(deadline);
    events.onOpen();
  };
  socket.onclose = ({ code, reason }) => end(code, reason);
  // The close that follows tells the owner; without a listener Bun would print the error.
  socket.onerror = () => {};

  return {
    send: (data) => {
      if (!closed && proven) socket.send(data);
    },
    get unsent() {
      return socket.bufferedAmount;
    },
    close: () => end(1000, 'closed by the hub'),
  };
}

function readChallenge(data: string | ArrayBuffer): PtyChallenge | null {
  if (typeof data !== 'string') return null;
  try {
    return PtyChallenge.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null; // no JSON, no challenge
  }
}
