import { MAX_IMAGE_BYTES, PtyId } from '@agor/protocol';
import type { AgorPaths, Clock, Logger } from '@agor/runtime';
import { err, ok, type Result } from '@agor/runtime';
import { StandardRPCHandler } from '@orpc/server/standard';
import type { Terminals } from '../terminals/index.ts';
import { Auth } from './auth.ts';
import { getBlob, putBlob } from './blobs.ts';
import { Face } from './face.ts';
import { refuseForeign } from './guard.ts';
import { dataHeaders } from './headers.ts';
import { listenAddress, urlOf } from './listen-address.ts';
import { PtySocket } from './pty-socket.ts';
import { type AnyRouter, type RpcHandler, RpcSocket } from './rpc-socket.ts';
import { CLOSE, MAX_MESSAGE_BYTES, MAX_UNSENT_BYTES, type Socket, type SocketData, socketEvents } from './socket.ts';
import { loadToken } from './token.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly paths: AgorPaths;
  readonly router: AnyRouter;
  readonly terminals: Pick<Terminals, 'attach'>;
  readonly version: string;
  readonly webRoot: string | null;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface HubServer {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Tells every client that the hub goes, and lets go of the port. */
  close(): Promise<void>;
}

const IDLE_SOCKET_SECONDS = 120;

/** Listens. Fails with words for the person: not loopback, or the port is in use. */
export function startServer(options: ServerOptions): Result<HubServer, string> {
  const host = listenAddress(options.host);
  if (!host.ok) return host;
  const token = loadToken(options.paths.tokenFile);
  const http = new HubHttp(options, token);
  let server: Bun.Server<SocketData>;
  try {
    server = Bun.serve<SocketData>({
      hostname: host.value,
      port: options.port,
      maxRequestBodySize: MAX_IMAGE_BYTES + 1024,
      fetch: (request, bun) => http.respond(request, bun),
      error: (error) => {
        options.log.error('a request failed', { error });
        return new Response('agor made a mistake; its log (hub.log) says which.\n', {
          status: 500,
          headers: dataHeaders(),
        });
      },
      websocket: {
        ...socketEvents,
        maxPayloadLength: MAX_MESSAGE_BYTES,
        // A send beyond the limit closes the socket; the client comes back with its cursor. Bun's default would drop it in silence.
        backpressureLimit: MAX_UNSENT_BYTES,
        closeOnBackpressureLimit: true,
        idleTimeout: IDLE_SOCKET_SECONDS,
        sendPings: true,
        perMessageDeflate: false,
      },
    });
  } catch (error) {
    return err(listenFailure(error, host.value, options.port));
  }
  const port = server.port ?? options.port;
  return ok({
    url: urlOf(host.value, port),
    port,
    token,
    close: async () => {
      http.closeSockets();
      await server.stop(true);
    },
  });
}

/** Every way into the hub: who may ask for what. */
class HubHttp {
  readonly #options: ServerOptions;
  readonly #auth: Auth;
  readonly #face: Face;
  readonly #rpc: RpcHandler;
  readonly #sockets = new Set<Socket>();

  constructor(options: ServerOptions, token: string) {
    this.#options = options;
    this.#auth = new Auth(token, options.paths.dataDir, options.clock);
    this.#face = new Face(options.webRoot);
    this.#rpc = new StandardRPCHandler(options.router);
  }

  async respond(request: Request, server: Bun.Server<SocketData>): Promise<Response | undefined> {
    const refusal = refuseForeign(request, server.port ?? 0);
    if (refusal !== null) return plain(403, `agor refused this: ${refusal}.`);
    const path = new URL(request.url).pathname;
    const open = await this.#withoutAuth(request, path);
    if (open) return open;
    if (!this.#auth.allows(request)) {
      return plain(401, 'agor does not know you. Open the URL that `agor` prints, or send its token as Bearer.');
    }
    if (request.headers.get('upgrade')?.toLowerCase() === 'websocket') return this.#upgrade(request, server, path);
    return this.#withAuth(request, path);
  }

  closeSockets(): void {
    for (const socket of this.#sockets) socket.close(CLOSE.goingAway, 'agor ends');
  }

  async #withoutAuth(request: Request, path: string): Promise<Response | null> {
    if (path === '/health')
      return Response.json({ ok: true, version: this.#options.version }, { headers: dataHeaders() });
    if (path === '/auth') {
      if (request.method !== 'POST') return plain(405, 'Use POST.');
      const response = await this.#auth.signIn(request);
      for (const [name, value] of Object.entries(dataHeaders())) response.headers.set(name, value);
      return response;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return null;
    return this.#face.respond(request, path, request.headers.get('host') ?? '');
  }

  async #withAuth(request: Request, path: string): Promise<Response> {
    const { blobsDir } = this.#options.paths;
    if (path === '/blobs' && request.method === 'PUT') return putBlob(blobsDir, request);
    const blob = /^\/blobs\/([^/]+)$/.exec(path)?.[1];
    if (blob !== undefined && (request.method === 'GET' || request.method === 'HEAD')) {
      return getBlob(blobsDir, request, blob);
    }
    return plain(404, 'There is nothing here.');
  }

  #upgrade(request: Request, server: Bun.Server<SocketData>, path: string): Response | undefined {
    const handler = this.#handlerFor(path);
    if (!handler) return plain(404, 'There is no such socket.');
    const tracked: SocketData['handler'] = {
      open: (socket) => {
        this.#sockets.add(socket);
        handler.open?.(socket);
      },
      message: (socket, message) => handler.message(socket, message),
      drain: (socket) => handler.drain?.(socket),
      close: (socket) => {
        this.#sockets.delete(socket);
        handler.close?.(socket);
      },
    };
    return server.upgrade(request, { data: { handler: tracked } }) ? undefined : plain(400, 'This is no WebSocket.');
  }

  #handlerFor(path: string): SocketData['handler'] | null {
    if (path === '/rpc') return new RpcSocket(this.#rpc, this.#options.log);
    const name = /^\/pty\/([^/]+)$/.exec(path)?.[1];
    const id = name === undefined ? null : PtyId.safeParse(decodeOrEmpty(name));
    return id?.success ? new PtySocket(this.#options.terminals, id.data) : null;
  }
}

function decodeOrEmpty(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return ''; // no id is empty
  }
}

function plain(status: number, message: string): Response {
  return new Response(`${message}\n`, {
    status,
    headers: { ...dataHeaders(), 'content-type': 'text/plain; charset=utf-8' },
  });
}

function listenFailure(error: unknown, host: string, port: number): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return `port ${port} on ${host} is in use by another program. Choose another with --port N, or --port 0 for any free one.`;
  }
  if (code === 'EACCES') return `port ${port} may not be used by you. Choose one above 1023 with --port N.`;
  return `agor can't listen on ${urlOf(host, port)}: ${(error as Error).message}`;
}
