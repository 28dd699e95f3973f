import { LINK_MAX_MESSAGE_BYTES, type MachineId } from '@agor/protocol';
import type { Clock, Logger } from '@agor/runtime';
import type { TeamCalls } from '../agent-socket/index.ts';
import type { CommandLedger } from '../commands/index.ts';
import type { EnvironmentSource } from '../environment/index.ts';
import type { Journal } from '../journal/index.ts';
import type { Requests } from '../requests/index.ts';
import type { OpenText, SidecarManager } from '../sidecar/index.ts';
import type { FileWatches } from '../watch/index.ts';
import { HubConnection } from './hub-connection.ts';

export interface LinkDeps {
  readonly machineId: MachineId;
  readonly secret: string;
  readonly build: string;
  /** The pty host's socket, or null while there is no pty host. */
  readonly ptySocket: () => string | null;
  readonly journal: Journal;
  readonly ledger: CommandLedger;
  readonly sidecars: SidecarManager;
  readonly teamCalls: TeamCalls;
  readonly fileWatches: Pick<FileWatches, 'connect'>;
  readonly openText: OpenText;
  readonly environment: EnvironmentSource;
  readonly requests: Requests;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Bun drops what exceeds this. The senders stop at LINK_HIGH_WATER_BYTES, so what comes on top is one page, whose last entry may be as large as
 * a runner's longest line, and the answers to requests.
 */
const MAX_UNSENT_BYTES = 4 * LINK_MAX_MESSAGE_BYTES;
/** Not yet authenticated connections included. */
const MAX_CONNECTIONS = 32;

interface SocketData {
  connection: HubConnection | null;
}

/** The control socket: WebSockets on /link, for the hub only. One hub at a time, the newest one. */
export class LinkServer implements Disposable {
  readonly #server: Bun.Server<SocketData>;
  #live: HubConnection | null = null;
  #connections = 0;

  /** Throws when the socket cannot be bound. */
  constructor(path: string, deps: LinkDeps) {
    const open = (socket: Bun.ServerWebSocket<SocketData>): void => {
      this.#connections++;
      socket.data.connection = new HubConnection(socket, deps, (connection) => this.#onLive(connection));
    };
    const close = (socket: Bun.ServerWebSocket<SocketData>): void => {
      this.#connections--;
      const { connection } = socket.data;
      connection?.onClose();
      if (this.#live === connection) this.#live = null;
    };
    this.#server = Bun.serve<SocketData>({
      unix: path,
      fetch: (request, server) => this.#answer(request, server),
      websocket: {
        maxPayloadLength: LINK_MAX_MESSAGE_BYTES,
        backpressureLimit: MAX_UNSENT_BYTES,
        // A hub that is busy or suspended is still our hub; the death of its process closes the socket.
        idleTimeout: 0,
        open,
        close,
        message: (socket, message) => socket.data.connection?.onMessage(String(message)),
        drain: (socket) => socket.data.connection?.onDrain(),
      },
    });
  }

  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }

  #answer(request: Request, server: Bun.Server<SocketData>): Response | undefined {
    if (new URL(request.url).pathname !== '/link') return new Response('not found', { status: 404 });
    if (this.#connections >= MAX_CONNECTIONS) return new Response('too many connections', { status: 503 });
    if (server.upgrade(request, { data: { connection: null } })) return undefined;
    return new Response('a WebSocket is expected here', { status: 426 });
  }

  #onLive(connection: HubConnection): void {
    this.#live?.replace();
    this.#live = connection;
  }
}
