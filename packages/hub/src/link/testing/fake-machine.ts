import { randomBytes } from 'node:crypto';
import {
  type Delta,
  type FromMachine,
  type JournalEntry,
  LINK_VERSION,
  type LinkCommand,
  type MachineEvent,
  MachineId,
  type OpenBlock,
  type SessionId,
  ToMachine,
} from '@agor/protocol';
import { isSecretProof } from '@agor/runtime';

type Socket = Bun.ServerWebSocket<{ nonce: string; live: boolean }>;

/**
 * A machine without processes that speaks the real link on a real socket: tests write its journal and read the commands
 * that it got. Like the real one it keeps entries until they are acknowledged and sends them again on each connection.
 */
export class FakeMachine {
  readonly commands: LinkCommand[] = [];
  readonly hellos: Extract<ToMachine, { t: 'hello' }>[] = [];
  readonly environments: Extract<ToMachine, { t: 'environment' | 'sessionEnvironment' }>[] = [];
  readonly requests: Extract<ToMachine, { t: 'request' }>[] = [];
  epoch = 'epoch-1';
  build = 'source';
  pid = process.pid;
  acknowledged = 0;
  /** Commands are taken and acknowledged; without it they are only seen. */
  acknowledges = true;
  /** As if stopped by a signal: connections are taken, nothing is answered. */
  standsStill = false;
  /** Sockets opened so far, greeted or not. */
  connections = 0;
  runners: SessionId[] = [];
  restarting: SessionId[] = [];
  openBlocks: OpenBlock[] = [];
  answer: (request: Extract<ToMachine, { t: 'request' }>) => FromMachine[] = ({ id }) => [
    { t: 'result', id, result: {} },
  ];
  readonly #journal: JournalEntry[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #waiters = new Set<() => void>();
  #server: Bun.Server<{ nonce: string; live: boolean }> | null = null;

  constructor(
    private readonly socketPath: string,
    private readonly secret: () => string,
  ) {}

  get seq(): number {
    return this.#journal.length;
  }

  listen(): void {
    this.#server = Bun.serve<{ nonce: string; live: boolean }>({
      unix: this.socketPath,
      fetch: (request, server) =>
        server.upgrade(request, { data: { nonce: randomBytes(8).toString('hex'), live: false } })
          ? undefined
          : new Response('no', { status: 400 }),
      websocket: {
        maxPayloadLength: 64 * 1024 * 1024,
        open: (socket) => {
          this.connections++;
          this.#send(socket, { t: 'challenge', nonce: socket.data.nonce, versions: [LINK_VERSION] });
          this.#changed();
        },
        message: (socket, text) => {
          for (const raw of JSON.parse(String(text)) as unknown[]) this.#take(socket, ToMachine.parse(raw));
          this.#changed();
        },
        close: (socket) => {
          this.#sockets.delete(socket);
          this.#changed();
        },
      },
    });
  }

  /** Writes to the journal, and sends it to whoever is connected. */
  journal(...events: MachineEvent[]): JournalEntry[] {
    const entries = events.map((event, i) => ({ seq: this.#journal.length + i + 1, at: 1_000, event }));
    this.#journal.push(...entries);
    this.#broadcast({ t: 'events', epoch: this.epoch, entries });
    return entries;
  }

  deltas(...deltas: Delta[]): void {
    this.#broadcast({ t: 'deltas', deltas });
  }

  /** Sends frames as they are: repeats, gaps, whatever a test needs. */
  send(...frames: FromMachine[]): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(frames));
  }

  /** Drops all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  /** The journal is lost. */
  forget(epoch: string): void {
    this.epoch = epoch;
    this.acknowledged = 0;
    this.#journal.length = 0;
  }

  /** Resolves when `check` holds; looked at after each message. */
  async until(check: () => boolean): Promise<void> {
    while (!check()) await new Promise<void>((resolve) => this.#waiters.add(resolve));
  }

  async stop(): Promise<void> {
    await this.#server?.stop(true);
    this.#server = null;
  }

  #take(socket: Socket, frame: ToMachine): void {
    switch (frame.t) {
      case 'hello':
        this.hellos.push(frame);
        this.#welcome(socket, frame);
        break;
      case 'ack':
        if (frame.epoch === this.epoch) this.acknowledged = Math.max(this.acknowledged, frame.seq);
        break;
      case 'command':
        this.commands.push(...frame.commands);
        if (this.acknowledges) this.#send(socket, { t: 'commandAck', ids: frame.commands.map((c) => c.id) });
        break;
      case 'environment':
      case 'sessionEnvironment':
        this.environments.push(frame);
        break;
      case 'request':
        this.requests.push(frame);
        this.#send(socket, ...this.answer(frame));
        break;
      case 'cancel':
        break;
    }
  }

  #welcome(socket: Socket, hello: Extract<ToMachine, { t: 'hello' }>): void {
    if (!isSecretProof(this.secret(), socket.data.nonce, hello.mac)) {
      this.#send(socket, { t: 'refused', reason: 'wrong secret' });
      return;
    }
    this.#sockets.add(socket);
    const after = hello.acknowledged?.epoch === this.epoch ? hello.acknowledged.seq : 0;
    this.#send(socket, {
      t: 'welcome',
      version: LINK_VERSION,
      machineId: MachineId.parse('fake-machine'),
      journal: { epoch: this.epoch, seq: this.seq },
      build: this.build,
      pid: this.pid,
      ptySocket: null,
      runners: this.runners.map((sessionId) => ({ sessionId, process: { pid: 1, startTime: '1' } })),
      restarting: this.restarting,
      openBlocks: this.openBlocks,
    });
    const entries = this.#journal.filter((entry) => entry.seq > after);
    if (entries.length > 0) this.#send(socket, { t: 'events', epoch: this.epoch, entries });
  }

  #broadcast(frame: FromMachine): void {
    for (const socket of this.#sockets) this.#send(socket, frame);
  }

  #send(socket: Socket, ...frames: FromMachine[]): void {
    if (!this.standsStill) socket.send(JSON.stringify(frames));
  }

  #changed(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }
}
