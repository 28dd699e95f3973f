import {
  MAX_SSH_CONNECTIONS,
  type ProjectId,
  type PtyId,
  type PtyInfo,
  type PtySize,
  type SshConnection,
  type SshConnectionId,
  type SshDraft,
  SshHost,
} from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import { z } from 'zod';
import type { Machine } from '../core/index.ts';
import type { HubDatabase } from '../database/index.ts';
import type { HubBus } from '../events/index.ts';
import { notFound, rejected } from '../failure.ts';
import type { Terminals } from '../terminals/index.ts';
import { sshArguments } from './ssh-arguments.ts';
import { SshStore } from './store.ts';

export interface SshOptions {
  readonly db: HubDatabase;
  readonly bus: HubBus;
  readonly clock: Clock;
  readonly machine: Pick<Machine, 'request'>;
  readonly terminals: Pick<Terminals, 'spawn'>;
}

export interface SshConnect {
  readonly id: SshConnectionId;
  readonly ptyId: PtyId;
  readonly projectId: ProjectId | null;
  readonly cwd?: string | undefined;
  readonly size: PtySize;
}

/** Computers that the person reaches by SSH, and how a terminal gets there. Passwords are never kept: ssh asks for them in the terminal. */
export class SshConnections {
  readonly #options: SshOptions;
  readonly #store: SshStore;

  constructor(options: SshOptions) {
    this.#options = options;
    this.#store = new SshStore(options.db);
  }

  list(): SshConnection[] {
    return this.#store.all();
  }

  /** The hosts of the machine's `~/.ssh/config`. Throws `Failure` UNREACHABLE without a machine. */
  async hosts(): Promise<SshHost[]> {
    return z.array(SshHost).parse(await this.#options.machine.request('ssh.hosts', {}));
  }

  /** Keeps a new connection, or changes the one that has this id. Throws `Failure` REJECTED when there are too many. */
  save(id: SshConnectionId, draft: SshDraft): SshConnection {
    const { db, clock } = this.#options;
    const saved = db.write(() => {
      const known = this.#store.find(id);
      if (!known && this.#store.count() >= MAX_SSH_CONNECTIONS) {
        throw rejected(`There are ${MAX_SSH_CONNECTIONS} connections already. Delete one first.`);
      }
      const next = { ...draft, id, createdAt: known?.createdAt ?? clock.now(), lastUsedAt: known?.lastUsedAt ?? null };
      this.#store.put(next);
      return next;
    });
    this.#tell();
    return saved;
  }

  /** Terminals that it opened go on. One that is not there is removed already. */
  remove(id: SshConnectionId): void {
    this.#options.db.write(() => this.#store.remove(id));
    this.#tell();
  }

  /** Starts `ssh` in a terminal. Throws `Failure`: no such connection, no ssh, no pty host. */
  async connect({ id, ptyId, projectId, cwd, size }: SshConnect): Promise<PtyInfo> {
    const { db, clock, terminals } = this.#options;
    const found = this.#store.find(id);
    if (!found) throw notFound('There is no such SSH connection any more.');
    const run = { program: 'ssh', args: sshArguments(found), ssh: id };
    const pty = await terminals.spawn({ id: ptyId, projectId, cwd, title: found.name, size, run });
    db.write(() => this.#store.put({ ...found, lastUsedAt: clock.now() }));
    this.#tell();
    return pty;
  }

  #tell(): void {
    this.#options.bus.emit('ssh', 'changed');
  }
}
