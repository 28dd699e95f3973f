import type { ServerWebSocket } from 'bun';

/** One WebSocket of the hub's: what Bun calls is handed to the socket's own handler. */
export interface SocketHandler {
  open?(socket: Socket): void;
  message(socket: Socket, message: string | Buffer<ArrayBuffer>): void;
  /** What was unsent is on its way. */
  drain?(socket: Socket): void;
  close?(socket: Socket): void;
}

export interface SocketData {
  readonly handler: SocketHandler;
}

export type Socket = ServerWebSocket<SocketData>;

/** Beyond this a client that does not read is cut off. Streams wait long before: only answers that it asked for add up to it. */
export const MAX_UNSENT_BYTES = 64 * 1024 * 1024;
/** Largest message that a client may send: a prompt, a terminal's paste. Images come over HTTP, or one of them inside. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Close codes that clients know: 4xxx are ours. */
export const CLOSE = { goingAway: 1001, badData: 1007, refused: 1008, tooMuch: 1013, gone: 4404 } as const;

export const socketEvents = {
  open: (socket: Socket) => socket.data.handler.open?.(socket),
  message: (socket: Socket, message: string | Buffer<ArrayBuffer>) => socket.data.handler.message(socket, message),
  drain: (socket: Socket) => socket.data.handler.drain?.(socket),
  close: (socket: Socket) => socket.data.handler.close?.(socket),
};
