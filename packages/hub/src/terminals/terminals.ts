import { homedir } from 'node:os';
import {
  FromPtyHost,
  newId,
  type ProjectId,
  type PtyId,
  type PtyInfo,
  type PtySize,
  type ToPtyHost,
} from '@agor/protocol';
import { type Clock, delay, type Logger, type Timer } from '@agor/runtime';
import { z } from 'zod';
import type { Machine } from '../core/index.ts';
import type { HubBus } from '../events/index.ts';
import { rejected, unreachable } from '../failure.ts';
import { openPtyChannel, type PtyChannel, type PtyChannelEvents } from './pty-channel.ts';
import { terminalEnvironment } from './terminal-environment.ts';
import { terminalFolder } from './terminal-folder.ts';

export interface TerminalsOptions {
  readonly machine: Machine;
  readonly bus: HubBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly shell: () => string;
  readonly defaultFolder: () => string;
  /** The folder of a project; throws `Failure` when there is no such project. */
  readonly projectFolder: (id: ProjectId) => string;
}

export interface SpawnTerminal {
  readonly id: PtyId;
  readonly projectId: ProjectId | null;
  readonly cwd?: string | undefined;
  readonly title: string;
  readonly size: PtySize;
}

const REQUEST_MS = 10_000;
const LOGIN_MS = 5_000;
const RECONNECT_MS = [50, 100, 250, 500, 1_000, 2_000];
const RequestId = z.string().brand<'PtyRequest'>();

type Body = ToPtyHost extends infer Message ? (Message extends { id: string } ? Omit<Message, 'id'> : never) : never;
interface Pending {
  readonly resolve: (ptys: PtyInfo[]) => void;
  readonly reject: (error: Error) => void;
  readonly timer: Timer;
}

/** The terminals of this computer. They live in the pty host; this is what the hub knows of them, and how it asks for more. */
export class Terminals implements Disposable {
  readonly #options: TerminalsOptions;
  readonly #known = new Map<PtyId, PtyInfo>();
  /** Bounded by their timeout. */
  readonly #pending = new Map<string, Pending>();
  readonly #subscription: Disposable;
  #channel: PtyChannel | null = null;
  #ready: Promise<void> | null = null;
  #attempt = 0;
  #retry: Timer | null = null;
  #closed = false;

  constructor(options: TerminalsOptions) {
    this.#options = options;
    this.#subscription = options.bus.on('machine', () => void this.#connect());
    this.#connect();
  }

  list(projectId?: ProjectId): PtyInfo[] {
    return [...this.#known.values()].filter((pty) => projectId === undefined || pty.projectId === projectId);
  }

  /** Starts a shell. The same id again gives the terminal that it has. Throws `Failure`: no such folder, or no pty host. */
  async spawn(input: SpawnTerminal): Promise<PtyInfo> {
    const { shell } = this.#options;
    const cwd = this.#folderFor(input);
    await this.#connected();
    const known = this.#known.get(input.id);
    if (known) return known;
    const env = terminalEnvironment(await this.#loginEnvironment());
    const { id, projectId, title, size } = input;
    const chosen = shell() || env.SHELL || '/bin/sh';
    await this.#request({ t: 'spawn', pty: { id, projectId, cwd, shell: chosen, args: [], title, size }, env });
    const spawned = this.#known.get(id) ?? (await this.#fetchList()).find((pty) => pty.id === id);
    if (!spawned) throw rejected('The terminal ended as soon as it was started. Check the shell in the settings.');
    return spawned;
  }

  async rename(id: PtyId, title: string): Promise<void> {
    await this.#connected();
    await this.#request({ t: 'rename', pty: id, title });
  }

  async kill(id: PtyId): Promise<void> {
    await this.#connected();
    if (this.#known.has(id)) await this.#request({ t: 'kill', pty: id });
  }

  /** A connection of its own to one terminal, for a client's window. Throws `Failure` UNREACHABLE without a pty host. */
  attach(id: PtyId, events: PtyChannelEvents): PtyChannel {
    return openPtyChannel({ ...this.#address(), path: `/attach/${encodeURIComponent(id)}` }, events);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#subscription[Symbol.dispose]();
    this.#retry?.cancel();
    this.#channel?.close();
  }

  /** Right after a start the login shell may still be thinking; one that never answers keeps no terminal from opening. */
  async #loginEnvironment(): Promise<Readonly<Record<string, string>>> {
    const { machine, clock } = this.#options;
    const limit = clock.monotonic() + LOGIN_MS;
    while (machine.environment === null && clock.monotonic() < limit) await delay(clock, 50);
    return machine.environment?.base ?? {};
  }

  #folderFor(input: SpawnTerminal): string {
    const { projectFolder, defaultFolder } = this.#options;
    if (input.cwd !== undefined) return terminalFolder(input.cwd);
    if (input.projectId !== null) return terminalFolder(projectFolder(input.projectId));
    return terminalFolder(defaultFolder() || homedir());
  }

  #address(): { socketPath: string; secret: string } {
    const { machine } = this.#options;
    if (machine.ptySocket === null)
      throw unreachable('The machine is not connected, so there are no terminals just now.');
    return { socketPath: machine.ptySocket, secret: machine.secret() };
  }

  /** Keeps one control connection while the machine has a pty host; tries again, ever more slowly, when it breaks off. */
  #connect(): void {
    if (this.#closed || this.#channel || this.#retry || this.#options.machine.ptySocket === null) return;
    const opened = Promise.withResolvers<void>();
    opened.promise.catch(() => {}); // nobody may be waiting just now
    this.#ready = opened.promise;
    this.#channel = openPtyChannel(
      { ...this.#address(), path: '/control' },
      {
        onOpen: () => {
          this.#fetchList().then((ptys) => {
            this.#attempt = 0;
            this.#replace(ptys);
            opened.resolve();
          }, opened.reject);
        },
        onMessage: (data) => this.#receive(data),
        onClose: (code, reason) => {
          opened.reject(unreachable('The pty host went away.'));
          this.#lost(code, reason);
        },
      },
    );
  }

  #lost(code: number, reason: string): void {
    this.#channel = null;
    this.#ready = null;
    for (const pending of this.#pending.values()) {
      pending.timer.cancel();
      pending.reject(
        unreachable('The pty host went away before it answered. Look whether it was done, then try again.'),
      );
    }
    this.#pending.clear();
    if (this.#closed) return;
    if (this.#attempt === 0) this.#options.log.info('the connection to the pty host ended', { code, reason });
    const wait = RECONNECT_MS[Math.min(this.#attempt, RECONNECT_MS.length - 1)] ?? 2_000;
    this.#attempt++;
    this.#retry = this.#options.clock.setTimeout(() => {
      this.#retry = null;
      this.#connect();
    }, wait);
  }

  /** Waits for a connection as long as a request may take: right after a start, the pty host is still on its way. */
  async #connected(): Promise<void> {
    const { clock } = this.#options;
    const limit = clock.monotonic() + REQUEST_MS;
    for (;;) {
      this.#address();
      this.#connect();
      try {
        await this.#ready;
        if (this.#channel) return;
      } catch (error) {
        if (clock.monotonic() > limit) throw error;
      }
      if (clock.monotonic() > limit) throw unreachable('The pty host does not answer.');
      await delay(clock, 50);
    }
  }

  async #fetchList(): Promise<PtyInfo[]> {
    return this.#request({ t: 'list' });
  }

  #request(body: Body): Promise<PtyInfo[]> {
    const channel = this.#channel;
    if (!channel) return Promise.reject(unreachable('The pty host is not connected.'));
    const id = newId(RequestId);
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.setTimeout(() => {
        this.#pending.delete(id);
        reject(unreachable('The pty host did not answer in time.'));
      }, REQUEST_MS);
      this.#pending.set(id, { resolve, reject, timer });
      channel.send(JSON.stringify({ ...body, id }));
    });
  }

  #receive(data: string | ArrayBuffer): void {
    const message = readMessage(data);
    if (!message) {
      this.#options.log.warn('the pty host said what is no message', { head: String(data).slice(0, 200) });
      return;
    }
    if (message.t === 'changed') this.#changed([message.pty], []);
    else if (message.t === 'gone') this.#changed([], [message.id]);
    else this.#answered(message);
  }

  #answered(message: Extract<FromPtyHost, { t: 'ok' | 'failed' }>): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return; // it came after its time was up
    this.#pending.delete(message.id);
    pending.timer.cancel();
    if (message.t === 'ok') pending.resolve(message.ptys ?? []);
    else pending.reject(rejected(message.message));
  }

  #replace(ptys: PtyInfo[]): void {
    const now = new Set(ptys.map((pty) => pty.id));
    this.#changed(
      ptys,
      [...this.#known.keys()].filter((id) => !now.has(id)),
    );
  }

  #changed(changed: PtyInfo[], removed: PtyId[]): void {
    for (const pty of changed) this.#known.set(pty.id, pty);
    for (const id of removed) this.#known.delete(id);
    if (changed.length + removed.length > 0) this.#options.bus.emit('ptys', { changed, removed });
  }
}

function readMessage(data: string | ArrayBuffer): FromPtyHost | null {
  if (typeof data !== 'string') return null;
  try {
    return FromPtyHost.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null; // no JSON: said by the caller
  }
}
