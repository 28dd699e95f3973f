import {
  type CommandId,
  type Delta,
  type FromMachine,
  type JournalCursor,
  type JournalEntry,
  LINK_VERSIONS_SPOKEN,
  type LinkCommand,
  type MachineEnvironment,
  type MachineEvent,
  readFromMachine,
  type SessionId,
  type ToMachine,
} from '@agor/protocol';
import { proveSecret } from '@agor/runtime';

export interface LinkClientOptions {
  readonly socket: string;
  readonly secret: string;
  readonly acknowledged?: JournalCursor | null;
  readonly versions?: readonly number[];
  readonly environment?: MachineEnvironment;
  /** Acknowledges whatever it receives. Default true. */
  readonly acks?: boolean;
  /** Keeps entries and deltas for the test to look at. Default true; a load test counts only. */
  readonly keep?: boolean;
}

/** The machine refused the hello, or ended the connection before its welcome. */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused';
}

type Welcome = Extract<FromMachine, { t: 'welcome' }>;

/** A hub's side of the machine link, for tests and the chaos harness. Keeps everything that it receives, in order. */
export class LinkClient implements Disposable {
  readonly entries: JournalEntry[] = [];
  readonly deltas: Delta[] = [];
  readonly acknowledgedCommands = new Set<CommandId>();
  /** Events and deltas in the order in which they came. */
  readonly log: (MachineEvent | Delta)[] = [];
  /** How many entries came. */
  count = 0;
  last: JournalCursor;
  isOpen = true;
  readonly #socket: WebSocket;
  readonly #options: LinkClientOptions;
  readonly #waiters = new Set<() => void>();
  readonly #requests = new Map<string, (frame: FromMachine) => void>();
  #welcome: Welcome | null = null;

  private constructor(socket: WebSocket, options: LinkClientOptions) {
    this.#socket = socket;
    this.#options = options;
    this.last = options.acknowledged ?? { epoch: '', seq: 0 };
  }

  /** Connects and says hello. Rejects with `LinkRefused`, or when there is no machine. */
  static async connect(options: LinkClientOptions): Promise<LinkClient> {
    const socket = new WebSocket(`ws+unix://${options.socket}:/link`);
    const client = new LinkClient(socket, options);
    await new Promise<void>((resolve, reject) => {
      socket.onmessage = ({ data }) => {
        for (const raw of JSON.parse(String(data)) as unknown[]) {
          const frame = readFromMachine(raw);
          if (frame.t === 'refused') reject(new LinkRefused(frame.reason));
          client.#onFrame(frame);
          if (frame.t === 'welcome') resolve();
        }
        client.#wake();
      };
      socket.onclose = ({ reason }) => {
        client.isOpen = false;
        client.#wake();
        reject(new LinkRefused(reason || 'the connection was closed'));
      };
      socket.onerror = () => reject(new Error(`no machine answers at ${options.socket}`));
    });
    return client;
  }

  get welcome(): Welcome {
    if (!this.#welcome) throw new Error('no welcome came');
    return this.#welcome;
  }

  send(...frames: ToMachine[]): void {
    this.sendRaw(frames);
  }

  /** Anything, as another version of the hub might. */
  sendRaw(frames: readonly unknown[]): void {
    this.#socket.send(JSON.stringify(frames));
  }

  command(...commands: LinkCommand[]): void {
    this.send({ t: 'command', commands });
  }

  /** Sends commands and waits until the machine has them. */
  async commands(...commands: LinkCommand[]): Promise<void> {
    this.command(...commands);
    await this.until('the commands are acknowledged', () =>
      commands.every(({ id }) => this.acknowledgedCommands.has(id)),
    );
  }

  acknowledge(cursor: JournalCursor = this.last): void {
    this.send({ t: 'ack', ...cursor });
  }

  /** Resolves with the result; rejects with the failure's message. */
  request(method: string, params: unknown = {}): Promise<unknown> {
    const id = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      this.#requests.set(id, (frame) => {
        if (frame.t === 'result') resolve(frame.result);
        if (frame.t === 'failure') reject(new Error(`${frame.code}: ${frame.message}`));
      });
      this.send({ t: 'request', id, method, params });
    });
  }

  eventsOf(sessionId: string): MachineEvent[] {
    return this.entries.map((entry) => entry.event).filter((event) => event.sessionId === sessionId);
  }

  /** The raw vendor events of a session. */
  agentEvents(sessionId: string): Record<string, unknown>[] {
    return this.eventsOf(sessionId).flatMap((event) =>
      event.kind === 'runner' && event.line.type === 'agent_event' ? [event.line.event as Record<string, unknown>] : [],
    );
  }

  async event<Kind extends MachineEvent['kind']>(
    sessionId: string,
    kind: Kind,
  ): Promise<Extract<MachineEvent, { kind: Kind }>> {
    const find = () => this.eventsOf(sessionId).find((event) => event.kind === kind);
    await this.until(`${kind} of ${sessionId}`, () => find() !== undefined);
    return find() as Extract<MachineEvent, { kind: Kind }>;
  }

  turnsEnded(sessionId: string): number {
    return this.eventsOf(sessionId).filter((event) => event.kind === 'runner' && event.line.type === 'turn_ended')
      .length;
  }

  async turnEnded(sessionId: SessionId | string, turns = 1): Promise<void> {
    await this.until(`turn ${turns} of ${sessionId} ended`, () => this.turnsEnded(sessionId) >= turns);
  }

  /** Resolves when `check` holds; asks at every message. Fails after 20 s, naming `what`. */
  async until(what: string, check: () => boolean): Promise<void> {
    const limit = setTimeout(() => this.#wake(), 20_000);
    const start = performance.now();
    try {
      while (!check()) {
        if (performance.now() - start >= 19_999)
          throw new Error(`waited in vain until ${what}; got ${JSON.stringify(this.entries.slice(-5)).slice(0, 2000)}`);
        if (!this.isOpen) throw new Error(`the connection was closed before ${what}`);
        await new Promise<void>((resolve) => this.#waiters.add(resolve));
      }
    } finally {
      clearTimeout(limit);
    }
  }

  async closed(): Promise<void> {
    while (this.isOpen) await new Promise<void>((resolve) => this.#waiters.add(resolve));
  }

  close(): void {
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #onFrame(frame: FromMachine): void {
    const { acks = true, keep = true } = this.#options;
    switch (frame.t) {
      case 'challenge':
        this.#hello(frame.nonce);
        break;
      case 'welcome':
        this.#welcome = frame;
        break;
      case 'events':
        this.#onEvents(frame, keep);
        if (acks) this.acknowledge();
        break;
      case 'deltas':
        if (keep) {
          this.deltas.push(...frame.deltas);
          this.log.push(...frame.deltas);
        }
        break;
      case 'commandAck':
        for (const id of frame.ids) this.acknowledgedCommands.add(id);
        break;
      case 'result':
      case 'failure':
        this.#requests.get(frame.id)?.(frame);
        break;
    }
  }

  #onEvents({ epoch, entries }: Extract<FromMachine, { t: 'events' }>, keep: boolean): void {
    for (const entry of entries) {
      if (epoch === this.last.epoch && this.count > 0 && entry.seq !== this.last.seq + 1)
        throw new Error(`entry ${entry.seq} came after ${this.last.seq}`);
      this.last = { epoch, seq: entry.seq };
      this.count++;
      if (!keep) continue;
      this.entries.push(entry);
      this.log.push(entry.event);
    }
  }

  #hello(nonce: string): void {
    const { secret, versions = LINK_VERSIONS_SPOKEN, acknowledged = null, environment } = this.#options;
    this.send({
      t: 'hello',
      versions: [...versions],
      mac: proveSecret(secret, nonce),
      hubPid: process.pid,
      build: 'test',
      environment: environment ?? { base: { PATH: process.env.PATH ?? '' }, providers: {}, projects: {} },
      acknowledged,
    });
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter();
  }
}
