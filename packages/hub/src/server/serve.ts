import { MAX_IMAGE_BYTES } from '@agor/protocol';
import { err, ok, type Result } from '@agor/runtime';
import { dataHeaders } from './headers.ts';
import { type HttpOptions, HubHttp } from './hub-http.ts';
import { listenAddress, urlOf } from './listen-address.ts';
import { MAX_MESSAGE_BYTES, MAX_UNSENT_BYTES, type SocketData, socketEvents } from './socket.ts';
import { loadToken } from './token.ts';

export interface ServerOptions extends HttpOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
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

function listenFailure(error: unknown, host: string, port: number): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return `port ${port} on ${host} is in use by another program. Choose another with --port N, or --port 0 for any free one.`;
  }
  if (code === 'EACCES') return `port ${port} may not be used by you. Choose one above 1023 with --port N.`;
  return `agor can't listen on ${urlOf(host, port)}: ${(error as Error).message}`;
}
