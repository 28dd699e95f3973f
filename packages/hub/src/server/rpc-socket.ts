import type { Logger } from '@agor/runtime';
import type { Router } from '@orpc/server';
import type { StandardRPCHandler } from '@orpc/server/standard';
import { createServerPeerHandleRequestFn } from '@orpc/server/standard-peer';
import { ServerPeer } from '@orpc/standard-server-peer';
import { Outbox } from './outbox.ts';
import { CLOSE, type Socket, type SocketHandler } from './socket.ts';

/** Requests and streams that one client has open at once. */
export const MAX_OPEN_REQUESTS = 2_000;

export type RpcHandler = StandardRPCHandler<Record<never, never>>;
// biome-ignore lint/suspicious/noExplicitAny: the type that oRPC's own handlers take a router by
export type AnyRouter = Router<any, Record<never, never>>;

/** oRPC over one WebSocket. Not oRPC's own Bun adapter: that sends without ever waiting, so a stalled client would cost memory without end. */
export class RpcSocket implements SocketHandler {
  readonly #handle: ReturnType<typeof createServerPeerHandleRequestFn>;
  readonly #log: Logger;
  #peer: ServerPeer | null = null;
  #outbox: Outbox | null = null;

  constructor(handler: RpcHandler, log: Logger) {
    this.#handle = createServerPeerHandleRequestFn(handler, { context: {} });
    this.#log = log;
  }

  open(socket: Socket): void {
    const outbox = new Outbox(socket);
    this.#outbox = outbox;
    // A stream is asked for its next item only after this resolved.
    this.#peer = new ServerPeer((message) => outbox.send(message));
  }

  message(socket: Socket, message: string | Buffer<ArrayBuffer>): void {
    const peer = this.#peer;
    if (!peer) return;
    // `length` counts a request as one; an aborted one ends at once.
    if (peer.length >= MAX_OPEN_REQUESTS) {
      socket.close(CLOSE.tooMuch, `more than ${MAX_OPEN_REQUESTS} requests open at once`);
      return;
    }
    peer.message(message, this.#handle).catch((error: unknown) => {
      this.#log.warn('a client sent what is no request', { error });
      socket.close(CLOSE.badData, 'this is no request of agor');
    });
  }

  drain(): void {
    this.#outbox?.drained();
  }

  close(): void {
    this.#outbox?.close();
    this.#peer?.close(); // aborts what still runs
  }
}
