import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type FromPtyHost,
  PtyChallenge,
  PtyExit,
  PtyId,
  PtyInfo,
  PtyOp,
  PtyScreen,
  type PtySize,
  PtySpawn,
  type ToPtyHost,
} from '@agor/protocol';
import { createLogger, proveSecret, systemClock } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { PtyManager, type PtyManagerOptions } from './manager.ts';
import { PtyServer } from './server.ts';

export const SECRET = 'a secret of tests';

/** A pty host in this process, on a socket of its own. */
export async function startHost(options: Partial<PtyManagerOptions> = {}) {
  const dir = tempDir();
  const home = join(dir.path, 'home');
  mkdirSync(home);
  const log = createLogger({ name: 'test', level: 'error' });
  const manager = new PtyManager({ clock: systemClock, log, mark: `test-${crypto.randomUUID()}`, ...options });
  const socketPath = join(dir.path, 's');
  const onShutdown = () => manager.shutdown();
  const server = new PtyServer({ socketPath, secret: SECRET, manager, clock: systemClock, log, onShutdown });
  const control = await ControlClient.open(socketPath);
  return {
    dir: dir.path,
    socketPath,
    manager,
    control,
    /** Starts a program in a terminal, by default a shell that reads no file of the person's. */
    spawn: async (given: Partial<Omit<PtySpawn, 'id'>> & { env?: Record<string, string>; id?: string } = {}) => {
      const { env, id = crypto.randomUUID(), ...rest } = given;
      const pty = PtySpawn.parse({
        id,
        projectId: null,
        cwd: home,
        shell: '/bin/bash',
        args: ['--norc', '--noprofile'],
        size: { cols: 80, rows: 24 },
        ...rest,
      });
      await control.request({ t: 'spawn', pty, env: { PATH: process.env.PATH ?? '', HOME: home, PS1: '$ ', ...env } });
      return pty.id;
    },
    attach: (id: string, url = socketPath) => AttachedClient.open(url, id),
    async [Symbol.asyncDispose]() {
      await manager.shutdown();
      control.close();
      await server.stop();
      dir[Symbol.dispose]();
    },
  };
}

/** Connects and proves the secret. */
async function connect(
  socketPath: string,
  path: string,
  secret: string,
  onMessage: (data: string | ArrayBuffer) => void,
) {
  const socket = new WebSocket(`ws+unix://${socketPath}:${path}`);
  socket.binaryType = 'arraybuffer';
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  let proven = false;
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (proven) return onMessage(data);
    const { nonce } = PtyChallenge.parse(JSON.parse(String(data)));
    proven = true;
    socket.send(JSON.stringify({ t: 'hello', mac: proveSecret(secret, nonce) }));
    opened.resolve();
  };
  socket.onerror = () => {};
  socket.onclose = ({ code, reason }) => {
    opened.reject(new Error(`closed: ${code} ${reason}`));
    closed.resolve({ code, reason });
  };
  await opened.promise;
  return { socket, closed: closed.promise };
}

/** Waits for something that incoming messages decide. */
class Waiting {
  #waiters: { check: () => boolean; resolve: () => void }[] = [];

  until(what: string, check: () => boolean): Promise<void> {
    if (check()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`waited in vain until ${what}`)), 30_000);
      this.#waiters.push({
        check,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
  }

  look(): void {
    this.#waiters = this.#waiters.filter(({ check, resolve }) => {
      const isDone = check();
      if (isDone) resolve();
      return !isDone;
    });
  }
}

type Request = ToPtyHost extends infer Message ? (Message extends { id: string } ? Omit<Message, 'id'> : never) : never;

export class ControlClient extends Waiting {
  readonly messages: FromPtyHost[] = [];
  #socket: WebSocket | undefined;

  static async open(socketPath: string, secret = SECRET): Promise<ControlClient> {
    const client = new ControlClient();
    const { socket } = await connect(socketPath, '/control', secret, (data) => {
      client.messages.push(JSON.parse(String(data)) as FromPtyHost);
      client.look();
    });
    client.#socket = socket;
    return client;
  }

  /** Throws what the host answers when it fails. */
  async request(body: Request): Promise<PtyInfo[]> {
    const id = crypto.randomUUID();
    this.#socket?.send(JSON.stringify({ ...body, id }));
    const answer = () => this.messages.find((message) => 'id' in message && message.id === id);
    await this.until(`"${body.t}" is answered`, () => answer() !== undefined);
    const message = answer();
    if (message?.t === 'failed') throw new Error(message.message);
    return message?.t === 'ok' ? (message.ptys ?? []) : [];
  }

  info(id: string): PtyInfo | undefined {
    const changes = this.messages.flatMap((message) =>
      message.t === 'changed' && message.pty.id === id ? [message.pty] : [],
    );
    return changes.at(-1);
  }

  isGone(id: string): boolean {
    return this.messages.some((message) => message.t === 'gone' && message.id === id);
  }

  close(): void {
    this.#socket?.close();
  }
}

/** A window on a terminal that draws nothing: it keeps what it got. */
export class AttachedClient extends Waiting {
  readonly screens: PtyScreen[] = [];
  readonly infos: PtyInfo[] = [];
  /** All since the last screen. */
  output = Buffer.alloc(0);
  /** In all. */
  outputBytes = 0;
  /** The end of it. */
  tail = '';
  exit: PtyExit | null = null;
  /** Whether it tells that it has read what comes. */
  reads = true;
  /** Whether it keeps the output, or only counts it. */
  keeps = true;
  closed: Promise<{ code: number; reason: string }> = Promise.resolve({ code: 0, reason: '' });
  #sinceScreen = 0;
  #socket: WebSocket | undefined;

  static async open(socketPath: string, id: string): Promise<AttachedClient> {
    const client = new AttachedClient();
    const connection = await connect(socketPath, `/attach/${encodeURIComponent(PtyId.parse(id))}`, SECRET, (data) => {
      client.#receive(new Uint8Array(data as ArrayBuffer));
      client.look();
    });
    client.#socket = connection.socket;
    client.closed = connection.closed;
    return client;
  }

  get text(): string {
    return (this.screens.at(-1)?.data ?? '') + this.output.toString();
  }

  type(text: string | Uint8Array): void {
    this.#send(PtyOp.input, typeof text === 'string' ? new TextEncoder().encode(text) : text);
  }

  resize(size: PtySize): void {
    this.#send(PtyOp.resize, new TextEncoder().encode(JSON.stringify(size)));
  }

  /** Tells that everything has been read. */
  readAll(): void {
    this.#send(PtyOp.read, new TextEncoder().encode(JSON.stringify({ bytes: this.#sinceScreen })));
  }

  untilText(text: string): Promise<void> {
    return this.until(`${JSON.stringify(text)} is on the screen`, () => this.text.includes(text));
  }

  close(): void {
    this.#socket?.close();
  }

  #send(op: number, body: Uint8Array): void {
    this.#socket?.send(Buffer.concat([Uint8Array.of(op), body]));
  }

  #receive(frame: Uint8Array): void {
    const body = frame.subarray(1);
    if (frame[0] === PtyOp.output) {
      this.outputBytes += body.byteLength;
      this.#sinceScreen += body.byteLength;
      this.tail = (this.tail + Buffer.from(body.subarray(-1024)).toString('latin1')).slice(-1024);
      if (this.keeps) this.output = Buffer.concat([this.output, body]);
      if (this.reads) this.readAll();
      return;
    }
    const json: unknown = JSON.parse(new TextDecoder().decode(body));
    if (frame[0] === PtyOp.screen) {
      this.screens.push(PtyScreen.parse(json));
      this.output = Buffer.alloc(0);
      this.#sinceScreen = 0;
    } else if (frame[0] === PtyOp.info) this.infos.push(PtyInfo.parse(json));
    else if (frame[0] === PtyOp.exit) this.exit = PtyExit.parse(json);
    else throw new Error(`an unknown frame: ${frame[0]}`);
  }
}
