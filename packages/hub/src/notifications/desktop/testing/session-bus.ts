import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, until } from '@agor/runtime/testing';

/** What a test's bus and daemon are made of; null where one of them is missing. */
function programs() {
  const [bus, gdbus, python] = ['dbus-daemon', 'gdbus', '/usr/bin/python3'].map((name) => Bun.which(name));
  if (!bus || !gdbus || !python) return null;
  const { exitCode } = Bun.spawnSync([python, '-c', 'import dbus, gi'], { stdout: 'ignore', stderr: 'ignore' });
  return exitCode === 0 ? { bus, python } : null;
}

/** As the session's usual one, but it starts nothing of this computer's by itself. */
function config(address: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>${address}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`;
}

const found = programs();
export const hasDbus = found !== null;

/** What came to the notification daemon. */
export interface Call {
  readonly method: 'ready' | 'Notify' | 'CloseNotification';
  readonly id?: number;
  readonly app?: string;
  readonly summary?: string;
  readonly body?: string;
  readonly urgency?: number;
}

/** A session bus of the test's own, with nobody on it until `startDaemon`. */
export class SessionBus implements AsyncDisposable {
  readonly #dir = tempDir();
  readonly #children: Bun.Subprocess[] = [];
  readonly calls: Call[] = [];
  readonly env: Record<string, string>;

  constructor() {
    const address = `unix:path=${join(this.#dir.path, 'bus')}`;
    this.env = { PATH: process.env.PATH ?? '', HOME: this.#dir.path, DBUS_SESSION_BUS_ADDRESS: address };
    const file = join(this.#dir.path, 'bus.conf');
    writeFileSync(file, config(address));
    this.#start([found?.bus ?? '', `--config-file=${file}`, '--nofork', '--nosyslog'], {});
  }

  /** A daemon that shows notifications, as a desktop has one. */
  async startDaemon(...capabilities: string[]): Promise<void> {
    const isReady = () => this.calls.some(({ method }) => method === 'ready');
    await until('the bus listens', () =>
      Bun.file(join(this.#dir.path, 'bus'))
        .stat()
        .then(
          () => true,
          () => false,
        ),
    );
    const program = join(import.meta.dir, 'notification-daemon.py');
    const child = this.#start([found?.python ?? '', program, ...capabilities], this.env);
    void this.#read(child.stdout as ReadableStream<Uint8Array>);
    await until('the daemon answers', isReady);
  }

  /** The desktop goes away: the person logged out. */
  async endDaemon(): Promise<void> {
    const daemon = this.#children.pop();
    daemon?.kill();
    await daemon?.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill();
    await Promise.all(this.#children.map((child) => child.exited));
    this.#dir[Symbol.dispose]();
  }

  #start(command: string[], env: Record<string, string>): Bun.Subprocess {
    const child = Bun.spawn(command, { env, stdin: 'ignore', stdout: 'pipe', stderr: 'ignore' });
    this.#children.push(child);
    return child;
  }

  async #read(stdout: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of stdout) {
      const lines = (text + decoder.decode(chunk, { stream: true })).split('\n');
      text = lines.pop() ?? '';
      this.calls.push(...lines.map((line) => JSON.parse(line) as Call));
    }
  }
}
