import type { FromPtyHost, PtyId, PtyInfo, PtySpawn, ToPtyHost } from '@agor/protocol';
import { type Clock, endTree, type Logger } from '@agor/runtime';
import { SESSION_VARIABLE } from '../environment/index.ts';
import { terminalEnvironment } from './environment.ts';
import { MAX_EXITED, MAX_IDLE_TWINS, MAX_TERMINALS } from './limits.ts';
import { Pty } from './pty.ts';
import { PtyError } from './shell.ts';
import { Turns } from './turns.ts';

export interface PtyManagerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Marks every process of this data folder, see `instanceMark`. */
  readonly mark: string;
  readonly maxIdleTwins?: number;
  readonly maxExited?: number;
}

type Change = Extract<FromPtyHost, { t: 'changed' | 'gone' }>;

/** All terminals of this machine. */
export class PtyManager {
  readonly #options: PtyManagerOptions;
  readonly #turns = new Turns();
  readonly #ptys = new Map<PtyId, Pty>();
  /** Terminals on their way out, by id. */
  readonly #closing = new Map<PtyId, Promise<void>>();
  readonly #listeners = new Set<(change: Change) => void>();
  #isShutDown = false;

  constructor(options: PtyManagerOptions) {
    this.#options = options;
  }

  onChange(listener: (change: Change) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  list(): PtyInfo[] {
    return [...this.#ptys.values()].map((pty) => pty.info);
  }

  get(id: PtyId): Pty | undefined {
    return this.#closing.has(id) ? undefined : this.#ptys.get(id);
  }

  /** The same id again gives the terminal that it has. Throws `PtyError`. */
  spawn(spawn: PtySpawn, env: Readonly<Record<string, string>>): PtyInfo {
    if (this.#isShutDown) throw new PtyError('The terminals are being closed.');
    const known = this.get(spawn.id);
    if (known) return known.info;
    if (this.#closing.has(spawn.id)) throw new PtyError('This terminal is being closed.');
    this.#dropExited();
    if (this.#ptys.size >= MAX_TERMINALS) {
      throw new PtyError(`There are ${MAX_TERMINALS} terminals already. Close one first.`);
    }
    const { clock, mark } = this.#options;
    const pty = new Pty(spawn, terminalEnvironment(env, { id: spawn.id, mark }), {
      clock,
      turns: this.#turns,
      onChanged: (changed) => this.#changed(changed),
      onIdle: () => this.#parkIdle(),
    });
    this.#ptys.set(spawn.id, pty);
    this.#parkIdle();
    this.#changed(pty);
    return pty.info;
  }

  /** Ends the terminal with everything that was started in it, and forgets it. Resolves when nothing of it runs. */
  close(id: PtyId): Promise<void> {
    const running = this.#closing.get(id);
    const pty = this.#ptys.get(id);
    if (running || !pty) return running ?? Promise.resolve();
    const closing = this.#end(pty).finally(() => {
      this.#closing.delete(id);
      this.#ptys.delete(id);
      pty.dispose();
      this.#tell({ t: 'gone', id });
    });
    this.#closing.set(id, closing);
    return closing;
  }

  /** Does a command of the control channel; resolves with what it answers. */
  async handle(command: Exclude<ToPtyHost, { t: 'shutdown' }>): Promise<PtyInfo[]> {
    switch (command.t) {
      case 'spawn':
        return [this.spawn(command.pty, command.env)];
      case 'list':
        return this.list();
      case 'resize':
        this.#require(command.pty).resize(command.size);
        return [];
      case 'rename':
        this.#require(command.pty).rename(command.title);
        return [];
      case 'clear':
        this.#require(command.pty).clear();
        return [];
      case 'kill':
        await this.close(command.pty);
        return [];
    }
  }

  /** Ends all terminals; none can be started any more. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    await Promise.all([...this.#ptys.keys()].map((id) => this.close(id)));
  }

  /** A shell ignores TERM, but not the loss of its terminal: so first that, then the rest of its tree by its mark. */
  async #end(pty: Pty): Promise<void> {
    const { clock, log } = this.#options;
    const hungUp = pty.hangUp();
    const report = await endTree({ root: pty.root, mark: { name: SESSION_VARIABLE, value: pty.spawn.id }, clock });
    if (report.left.length > 0) log.warn('processes of a terminal could not be ended', { left: report.left });
    else await hungUp;
  }

  #require(id: PtyId): Pty {
    const pty = this.get(id);
    if (!pty) throw new PtyError('There is no such terminal any more.');
    return pty;
  }

  #changed(pty: Pty): void {
    if (this.#ptys.get(pty.spawn.id) !== pty || this.#closing.has(pty.spawn.id)) return;
    this.#tell({ t: 'changed', pty: pty.info });
    if (pty.hasExited) this.#dropExited();
  }

  #dropExited(): void {
    const exited = oldestFirst(this.#ptys, (pty) => pty.hasExited && !this.#closing.has(pty.spawn.id));
    const maxExited = this.#options.maxExited ?? MAX_EXITED;
    for (const pty of exited.slice(0, Math.max(0, exited.length - maxExited))) void this.close(pty.spawn.id);
  }

  #parkIdle(): void {
    const idle = oldestFirst(this.#ptys, (pty) => pty.clientCount === 0 && !pty.isParked);
    const maxIdle = this.#options.maxIdleTwins ?? MAX_IDLE_TWINS;
    for (const pty of idle.slice(0, Math.max(0, idle.length - maxIdle))) pty.park();
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function oldestFirst(ptys: ReadonlyMap<PtyId, Pty>, which: (pty: Pty) => boolean): Pty[] {
  return [...ptys.values()].filter(which).sort((a, b) => a.usedAt - b.usedAt);
}
