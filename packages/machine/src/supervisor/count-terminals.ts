import { FromPtyHost, PtyChallenge, type PtyHello, type ToPtyHost } from '@agor/protocol';
import { proveSecret } from '@agor/runtime';

/** A pty host that is busy with a flood still answers within this. */
const LIMIT_MS = 3_000;

/** Asks the pty host, over its control channel, how many terminals still run. Rejects when it does not say so in time. */
export function countTerminals(options: { readonly socketPath: string; readonly secret: string }): Promise<number> {
  const socket = new WebSocket(`ws+unix://${options.socketPath}:/control`);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const limit = setTimeout(() => reject(new Error('the pty host did not tell its terminals in time')), LIMIT_MS);
  let proven = false;
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    try {
      const raw: unknown = JSON.parse(String(data));
      if (proven) {
        const answer = FromPtyHost.parse(raw);
        if (answer.t === 'ok') resolve((answer.ptys ?? []).filter((pty) => pty.exit === null).length);
        if (answer.t === 'failed') reject(new Error(answer.message));
        return;
      }
      const hello: PtyHello = { t: 'hello', mac: proveSecret(options.secret, PtyChallenge.parse(raw).nonce) };
      const list: ToPtyHost = { t: 'list', id: 'count' };
      proven = true;
      socket.send(JSON.stringify(hello));
      socket.send(JSON.stringify(list));
    } catch (error) {
      reject(error);
    }
  };
  socket.onclose = ({ reason }) => reject(new Error(reason || 'the pty host closed the connection'));
  // The close that follows tells it; without a listener Bun would print the error.
  socket.onerror = () => {};
  return promise.finally(() => {
    clearTimeout(limit);
    socket.close();
  });
}
