import { PtyId } from '@agor/protocol';
import type { AgorPaths, Clock, Logger } from '@agor/runtime';
import { StandardRPCHandler } from '@orpc/server/standard';
import type { Exporter } from '../export/index.ts';
import type { Files } from '../files/index.ts';
import { PLUGIN_PAGE_PATH, pluginPage } from '../plugins/index.ts';
import type { Team } from '../team/index.ts';
import type { Terminals } from '../terminals/index.ts';
import { Auth } from './auth.ts';
import { getBlob, putBlob } from './blobs.ts';
import { getExport } from './export.ts';
import { Face } from './face.ts';
import { refuseForeign } from './guard.ts';
import { dataHeaders } from './headers.ts';
import { ProjectFiles } from './project-file.ts';
import { PtySocket } from './pty-socket.ts';
import { type AnyRouter, type RpcHandler, RpcSocket } from './rpc-socket.ts';
import { CLOSE, type Socket, type SocketData } from './socket.ts';
import { answerTeam } from './team.ts';

export interface HttpOptions {
  readonly paths: AgorPaths;
  readonly router: AnyRouter;
  readonly terminals: Pick<Terminals, 'attach'>;
  readonly files: Pick<Files, 'raw'>;
  readonly team: Pick<Team, 'asOperator'>;
  readonly exporter: Pick<Exporter, 'fromUrl'>;
  readonly version: string;
  /** The folder of the built face; null when there is none. */
  readonly webRoot: string | null;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Every way into the hub: who may ask for what. */
export class HubHttp {
  readonly #options: HttpOptions;
  readonly #auth: Auth;
  readonly #face: Face;
  readonly #projectFiles: ProjectFiles;
  readonly #rpc: RpcHandler;
  readonly #sockets = new Set<Socket>();

  constructor(options: HttpOptions, token: string) {
    this.#options = options;
    this.#auth = new Auth(token, options.paths.dataDir, options.clock);
    this.#face = new Face(options.webRoot);
    this.#projectFiles = new ProjectFiles(options.files);
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
    if (path === PLUGIN_PAGE_PATH) return pluginPage();
    return this.#face.respond(request, path, request.headers.get('host') ?? '');
  }

  async #withAuth(request: Request, path: string): Promise<Response> {
    const { blobsDir } = this.#options.paths;
    if (path === '/blobs' && request.method === 'PUT') return putBlob(blobsDir, request);
    if (path === '/team' && request.method === 'POST') return answerTeam(this.#options.team, request);
    const blob = /^\/blobs\/([^/]+)$/.exec(path)?.[1];
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (blob !== undefined && reads) return getBlob(blobsDir, request, blob);
    const file = reads ? await this.#projectFiles.respond(request) : null;
    if (file) return file;
    const exported = reads ? getExport(this.#options.exporter, request) : null;
    if (exported) return exported;
    // A page asks so whether its cookie still holds: a refused WebSocket can't be told from a lost network.
    if (path === '/rpc') return new Response(null, { status: 204, headers: dataHeaders() });
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
