import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, until } from './testing.ts';

/** As the session's usual one, but it starts nothing of this computer's by itself. */
function config(address: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>${address}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`;
}

const PROGRAMS = ['dbus-daemon', 'gdbus', 'gnome-keyring-daemon'];
export const hasKeyring = process.platform === 'linux' && PROGRAMS.every((name) => Bun.which(name) !== null);
/** For the names of tests that are skipped without one. */
export const NEEDS_KEYRING = '(needs gnome-keyring)';

/** A real gnome-keyring on a bus of the test's own, in a folder of its own: the person's is not touched. */
export class PrivateKeyring implements AsyncDisposable {
  readonly #dir = tempDir();
  readonly #bus: Bun.Subprocess;
  #daemon: Bun.Subprocess | null = null;
  /** What makes a program use this keyring. */
  readonly env: Record<string, string>;
  /** Of that, what tells a program with a home of its own where this keyring is. */
  readonly address: Record<string, string>;

  constructor() {
    const { path } = this.#dir;
    const address = `unix:path=${join(path, 'bus')}`;
    const runtime = join(path, 'run');
    mkdirSync(runtime, { mode: 0o700 });
    this.address = { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtime };
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: path,
      XDG_DATA_HOME: join(path, 'data'),
      ...this.address,
    };
    mkdirSync(join(path, 'data'), { mode: 0o700 });
    writeFileSync(join(path, 'bus.conf'), config(address));
    this.#bus = Bun.spawn(['dbus-daemon', `--config-file=${join(path, 'bus.conf')}`, '--nofork', '--nosyslog'], {
      env: this.env,
      stdio: ['ignore', 'ignore', 'ignore'],
    });
  }

  /** Starts the daemon with its default keyring unlocked, and waits until it answers. */
  async start(): Promise<void> {
    await until(
      'the bus listens',
      async () => (await Bun.file(join(this.#dir.path, 'bus')).exists()) || this.#listens(),
    );
    this.#daemon = Bun.spawn(['gnome-keyring-daemon', '--foreground', '--unlock', '--components=secrets'], {
      env: this.env,
      stdin: Buffer.from('a password'),
      stdout: 'ignore',
      stderr: 'ignore',
    });
    await until('the keyring answers', () => this.#call('ReadAlias', 'default').includes('login'));
  }

  lock(): void {
    this.#call('Lock', "['/org/freedesktop/secrets/collection/login']");
  }

  /** As a crash does. */
  async kill(): Promise<void> {
    this.#daemon?.kill('SIGKILL');
    await this.#daemon?.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    this.#bus.kill('SIGKILL');
    await this.#bus.exited;
    this.#dir[Symbol.dispose]();
  }

  #listens(): boolean {
    return Bun.spawnSync(['test', '-S', join(this.#dir.path, 'bus')]).exitCode === 0;
  }

  #call(method: string, argument: string): string {
    const target = ['--dest', 'org.freedesktop.secrets', '--object-path', '/org/freedesktop/secrets'];
    const name = `org.freedesktop.Secret.Service.${method}`;
    const { stdout } = Bun.spawnSync(['gdbus', 'call', '--session', ...target, '--method', name, argument], {
      env: this.env,
      stderr: 'ignore',
    });
    return stdout.toString();
  }
}
