import { randomBytes } from 'node:crypto';
import { type FromPtyHost, MAX_PTY_INPUT_BYTES, type PtyChallenge, PtyHello, PtyId, ToPtyHost } from '@agor/protocol';
import { type Clock, isSecretProof, type Logger, type Timer } from '@agor/runtime';
import type { ServerWebSocket } from 'bun';
import { PtyClient } from './client.ts';
import { type ClientFrame, parseClientFrame } from './frames.ts';
import { MAX_CLIENTS, PROOF_MS } from './limits.ts';
import type { PtyManager } from './manager.ts';
import type { Pty } from './pty.ts';
import { PtyError } from './shell.ts';

export interface PtyServerOptions {
  readonly socketPath: string;
  readonly secret: string;
  readonly manager: PtyManager;
  readonly clock: Clock;
  readonly log: Logger;
  /** The control channel asked for the end of everything. Resolves when all terminals are closed. */
  readonly onShutdown: () => Promise<void>;
}

/** What happens on a connection after its proof. */
interface Channel {
  onMessage(data: string | Uint8Array): void;
  /** The other side has taken what was sent. */
  onDrain(): void;
  onClose(): void;
}

interface Connection {
  /** Null = control. */
  readonly attachTo: PtyId | null;
  readonly nonce: string;
  deadline: Timer | null;
  channel: Channel | null;
}

type Socket = ServerWebSocket<Connection>;

const MAX_CONNECTIONS = 256;
/** Close codes of WebSockets; from 4000 on they are ours. */
const POLICY = 1008;
const TOO_BIG = 1009;
const TRY_LATER = 1013;
const NO_SUCH_TERMINAL = 4404;

/** Listens on the Unix socket. Each connection begins with a proof of the machine's secret, see the protocol's `pty.ts`. */
export class PtyServer {
  readonly #options: PtyServerOptions;
  readonly #server: Bun.Server<Connection>;

  constructor(options: PtyServerOptions) {
    this.#options = options;
    this.#server = Bun.serve<Connection>({
      unix: options.socketPath,
      fetch: (request, server) => this.#upgrade(request, server),
      websocket: {
        data: {} as Connection,
        perMessageDeflate: false,
        idleTimeout: 0, // both ends are on this computer: the kernel tells when one dies
        maxPayloadLength: MAX_PTY_INPUT_BYTES + 1024,
        backpressureLimit: 64 * 1024 * 1024,
        open: (socket) => this.#challenge(socket),
        message: (socket, data) => this.#message(socket, data),
        drain: (socket) => socket.data.channel?.onDrain(),
        close: (socket) => {
          socket.data.deadline?.cancel();
          socket.data.channel?.onClose();
        },
      },
    });
  }

  async stop(): Promise<void> {
    await this.#server.stop(true);
  }

  #upgrade(request: Request, server: Bun.Server<Connection>): Response | undefined {
    const attachTo = parsePath(new URL(request.url).pathname);
    if (attachTo === undefined) return new Response('There are /control and /attach/<id>.\n', { status: 404 });
    if (server.pendingWebSockets >= MAX_CONNECTIONS) return new Response('Too many connections.\n', { status: 503 });
    const data: Connection = { attachTo, nonce: randomBytes(32).toString('hex'), deadline: null, channel: null };
    return server.upgrade(request, { data }) ? undefined : new Response('WebSockets only.\n', { status: 426 });
  }

  #challenge(socket: Socket): void {
    const challenge: PtyChallenge = { t: 'challenge', nonce: socket.data.nonce };
    socket.send(JSON.stringify(challenge));
    socket.data.deadline = this.#options.clock.setTimeout(() => socket.close(POLICY, 'no proof came'), PROOF_MS);
  }

  #message(socket: Socket, data: string | Uint8Array): void {
    const { channel, deadline, nonce } = socket.data;
    if (channel) {
      channel.onMessage(data);
      return;
    }
    const hello = typeof data === 'string' ? parse(PtyHello, data) : null;
    if (!hello || !isSecretProof(this.#options.secret, nonce, hello.mac)) {
      this.#options.log.warn('a connection without the proof of the secret was refused');
      socket.close(POLICY, 'the proof of the secret is missing or wrong');
      return;
    }
    deadline?.cancel();
    const { attachTo } = socket.data;
    socket.data.channel = attachTo === null ? this.#control(socket) : this.#attach(socket, attachTo);
  }

  #control(socket: Socket): Channel {
    const { manager, log } = this.#options;
    const send = (message: FromPtyHost): void => void socket.send(JSON.stringify(message));
    const subscription = manager.onChange(send);
    return {
      onMessage: (data) => {
        const command = typeof data === 'string' ? parse(ToPtyHost, data) : null;
        if (command) return void this.#answer(command).then(send);
        log.warn('the control channel sent what is no command', { head: String(data).slice(0, 200) });
        const id = typeof data === 'string' ? requestId(data) : null;
        if (id !== null)
          send({ t: 'failed', id, message: 'The pty host does not know this command, or it is malformed.' });
      },
      onDrain: () => {},
      onClose: () => subscription[Symbol.dispose](),
    };
  }

  async #answer(command: ToPtyHost): Promise<FromPtyHost> {
    const { manager, log, onShutdown } = this.#options;
    try {
      if (command.t === 'shutdown') {
        await onShutdown();
        return { t: 'ok', id: command.id };
      }
      return { t: 'ok', id: command.id, ptys: await manager.handle(command) };
    } catch (error) {
      if (!(error instanceof PtyError)) log.error('a command failed', { t: command.t, error });
      return { t: 'failed', id: command.id, message: error instanceof Error ? error.message : String(error) };
    }
  }

  #attach(socket: Socket, id: PtyId): Channel | null {
    const pty = this.#options.manager.get(id);
    if (!pty) {
      socket.close(NO_SUCH_TERMINAL, 'there is no such terminal any more');
      return null;
    }
    if (pty.clientCount >= MAX_CLIENTS) {
      socket.close(TRY_LATER, `this terminal is shown in ${MAX_CLIENTS} windows already`);
      return null;
    }
    const client = new PtyClient(
      {
        send: (bytes) => void socket.send(bytes),
        buffered: () => socket.getBufferedAmount(),
        close: (code, reason) => socket.close(code, reason),
      },
      this.#options.clock,
      () => pty.clientHasRead(),
    );
    pty.attach(client);
    return {
      onMessage: (data) => receive(pty, client, socket, data),
      onDrain: () => pty.clientHasRead(),
      onClose: () => pty.detach(client),
    };
  }
}

function receive(pty: Pty, client: PtyClient, socket: Socket, data: string | Uint8Array): void {
  const message: ClientFrame =
    typeof data === 'string' ? { op: 'bad', why: 'a client sends binary frames' } : parseClientFrame(data);
  switch (message.op) {
    case 'input':
      if (message.bytes.byteLength > MAX_PTY_INPUT_BYTES) socket.close(TOO_BIG, 'too much input in one frame');
      else if (!pty.write(message.bytes)) socket.close(TRY_LATER, 'the program does not read its input');
      break;
    case 'resize':
      pty.resize(message.size);
      break;
    case 'read':
      client.hasRead(message.bytes);
      pty.clientHasRead();
      break;
    case 'bad':
      socket.close(POLICY, message.why);
  }
}

/** The terminal's id, null for the control channel, undefined for anything else. */
function parsePath(path: string): PtyId | null | undefined {
  if (path === '/control') return null;
  const encoded = /^\/attach\/([^/]+)$/.exec(path)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return PtyId.safeParse(decodeURIComponent(encoded)).data;
  } catch {
    return undefined; // a stray percent sign
  }
}

function parse<T>(schema: { safeParse(value: unknown): { data?: T | undefined } }, text: string): T | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // no JSON: the caller says what was expected
  }
}

/** Whom to tell that a command was not understood. */
function requestId(text: string): string | null {
  const message = parse({ safeParse: (value) => ({ data: value as { id?: unknown } | null }) }, text);
  return typeof message?.id === 'string' ? message.id : null;
}
