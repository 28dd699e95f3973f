import { homedir } from 'node:os';
import type { ProjectId, PtyId, PtyInfo, PtySize, SshConnectionId } from '@agor/protocol';
import type { Clock, Logger } from '@agor/runtime';
import { z } from 'zod';
import type { Machine } from '../core/index.ts';
import type { HubBus } from '../events/index.ts';
import { rejected, unreachable } from '../failure.ts';
import { awaitLoginEnvironment } from '../login-environment.ts';
import { openPtyChannel, type PtyChannel, type PtyChannelEvents } from './pty-channel.ts';
import { type PtyAddress, PtyControl } from './pty-control.ts';
import { terminalEnvironment } from './terminal-environment.ts';
import { terminalFolder } from './terminal-folder.ts';

const Located = z.object({ path: z.string(), isDir: z.boolean() });
type Located = z.infer<typeof Located>;

export interface TerminalsOptions {
  readonly machine: Machine;
  readonly bus: HubBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly shell: () => string;
  readonly defaultFolder: () => string;
  /** Lines above the screen that a terminal keeps, of those that are started from now on. */
  readonly scrollback: () => number;
  /** The folder of a project; throws `Failure` when there is no such project. */
  readonly projectFolder: (id: ProjectId) => string;
}

export interface SpawnTerminal {
  readonly id: PtyId;
  readonly projectId: ProjectId | null;
  readonly cwd?: string | undefined;
  readonly title: string;
  readonly size: PtySize;
  /** Instead of the person's shell. */
  readonly run?: { readonly program: string; readonly args: string[]; readonly ssh?: SshConnectionId };
}

/** The terminals of this computer. They live in the pty host; this is what the hub knows of them, and how it asks for more. */
export class Terminals implements Disposable {
  readonly #options: TerminalsOptions;
  readonly #control: PtyControl;
  readonly #known = new Map<PtyId, PtyInfo>();
  readonly #subscription: Disposable;

  constructor(options: TerminalsOptions) {
    const { bus, clock, log, machine } = options;
    this.#options = options;
    this.#control = new PtyControl({
      address: () => this.#address(),
      clock,
      log,
      onList: (ptys) => this.#replace(ptys),
      onChanged: (pty) => this.#changed([pty], []),
      onGone: (id) => this.#changed([], [id]),
    });
    const connect = () => {
      if (machine.ptySocket !== null) this.#control.connect();
    };
    this.#subscription = bus.on('machine', connect);
    connect();
  }

  list(projectId?: ProjectId): PtyInfo[] {
    return [...this.#known.values()].filter((pty) => projectId === undefined || pty.projectId === projectId);
  }

  /** Starts a shell. The same id again gives the terminal that it has. Throws `Failure`: no such folder, or no pty host. */
  async spawn(input: SpawnTerminal): Promise<PtyInfo> {
    const { id, projectId, title, size, run } = input;
    const { machine, clock } = this.#options;
    const cwd = this.#folderFor(input);
    await this.#control.connected();
    const known = this.#known.get(id);
    if (known) return known;
    const env = terminalEnvironment((await awaitLoginEnvironment(machine, clock)) ?? {});
    const shell = run?.program ?? (this.#options.shell() || env.SHELL || '/bin/sh');
    const pty = { id, projectId, cwd, shell, args: run?.args ?? [], title, size, ssh: run?.ssh };
    await this.#control.request({ t: 'spawn', pty: { ...pty, scrollback: this.#options.scrollback() }, env });
    const ptys = await this.#control.request({ t: 'list' });
    const spawned = ptys.find((pty) => pty.id === id);
    if (!spawned) throw rejected(`The terminal ended as soon as it was started. Can ${shell} be run here?`);
    return spawned;
  }

  /** Where a path that a terminal printed leads within its project; null when nowhere. Throws `Failure` UNREACHABLE without a machine. */
  async locate(id: PtyId, path: string): Promise<Located | null> {
    const pty = this.#known.get(id);
    if (!pty || pty.projectId === null) return null;
    const root = this.#options.projectFolder(pty.projectId);
    const { cwd, pid } = pty;
    return Located.nullable().parse(await this.#options.machine.request('terminals.locate', { path, root, cwd, pid }));
  }

  async rename(id: PtyId, title: string): Promise<void> {
    await this.#control.request({ t: 'rename', pty: id, title });
  }

  async clear(id: PtyId): Promise<void> {
    await this.#control.request({ t: 'clear', pty: id });
  }

  async kill(id: PtyId): Promise<void> {
    await this.#control.connected();
    if (this.#known.has(id)) await this.#control.request({ t: 'kill', pty: id });
  }

  /** A connection of its own to one terminal, for a client's window. Throws `Failure` UNREACHABLE without a pty host. */
  attach(id: PtyId, events: PtyChannelEvents): PtyChannel {
    return openPtyChannel({ ...this.#address(), path: `/attach/${encodeURIComponent(id)}` }, events);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    this.#control[Symbol.dispose]();
  }

  #address(): PtyAddress {
    const { machine } = this.#options;
    if (machine.ptySocket === null) {
      throw unreachable('The machine is not connected, so there are no terminals just now.');
    }
    return { socketPath: machine.ptySocket, secret: machine.secret() };
  }

  #folderFor(input: SpawnTerminal): string {
    const { projectFolder, defaultFolder } = this.#options;
    if (input.cwd !== undefined) return terminalFolder(input.cwd);
    if (input.projectId !== null) return terminalFolder(projectFolder(input.projectId));
    return terminalFolder(defaultFolder() || homedir());
  }

  #replace(ptys: PtyInfo[]): void {
    const now = new Set(ptys.map((pty) => pty.id));
    const gone = [...this.#known.keys()].filter((id) => !now.has(id));
    this.#changed(ptys, gone);
  }

  #changed(changed: PtyInfo[], removed: PtyId[]): void {
    for (const pty of changed) this.#known.set(pty.id, pty);
    for (const id of removed) this.#known.delete(id);
    if (changed.length + removed.length > 0) this.#options.bus.emit('ptys', { changed, removed });
  }
}
