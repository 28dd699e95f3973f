import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Connection, connect, HubInfo } from '@agor/cli';
import { type AgorPaths, delay, lockHolder, processesWithEnv, resolvePaths, systemClock } from '@agor/runtime';

const REPO = resolve(import.meta.dir, '..', '..');
const START_LIMIT_MS = 30_000;
const SHUTDOWN_LIMIT_MS = 40_000;
/** Every process that a world starts carries this, so that what it leaves behind can be found. */
const MARK = 'AGOR_WORLD';

/** A hub that was started by `agor serve`, as its first line told. */
export interface Serving {
  readonly info: HubInfo;
  readonly process: Bun.Subprocess<'ignore', 'pipe', 'pipe'>;
}

export interface WorldOptions {
  /** For the folder's name. */
  readonly name: string;
  /** Added to the environment of everything that the world starts. */
  readonly env?: Record<string, string>;
}

/** One agor of a test's own: data, config and home in a temporary folder, the built programs, a free port. */
export class World implements AsyncDisposable {
  readonly root: string;
  readonly env: Record<string, string>;
  readonly paths: AgorPaths;
  #serving: Serving | null = null;

  constructor(options: WorldOptions) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), `agor-${options.name}-`)));
    const home = join(this.root, 'home');
    mkdirSync(home);
    this.env = {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      LANG: 'C.UTF-8',
      HOME: home,
      SHELL: '/bin/sh',
      [MARK]: this.root,
      AGOR_DATA_DIR: join(this.root, 'data'),
      AGOR_CONFIG_DIR: join(this.root, 'config'),
      AGOR_PROVIDERS_DIR: process.env.AGOR_PROVIDERS_DIR ?? join(REPO, '.cache', 'providers'),
      ...options.env,
    };
    this.paths = resolvePaths(this.env);
  }

  /** A folder for an agent to work in. */
  folder(name: string): string {
    const path = join(this.root, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** The hub that runs now. */
  get serving(): Serving {
    if (!this.#serving) throw new Error('no hub is started in this world');
    return this.#serving;
  }

  /** Starts the hub, as `agor serve` does, and waits for its first line. */
  async serve(...flags: string[]): Promise<Serving> {
    const child = Bun.spawn([join(REPO, 'bin', 'agor'), 'serve', '--port', '0', '--json', ...flags], {
      env: this.env,
      cwd: this.root,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const line = await Promise.race([firstLine(child.stdout), delay(systemClock, START_LIMIT_MS).then(() => null)]);
    if (line === null) {
      child.kill('SIGKILL');
      throw new Error(`agor serve said nothing: ${await new Response(child.stderr).text()}`);
    }
    this.#serving = { info: HubInfo.parse(JSON.parse(line)), process: child };
    return this.#serving;
  }

  /** A client of the hub that runs now. */
  async connect(): Promise<Connection> {
    const connection = await connect(this.serving.info);
    if (!connection) throw new Error(`nothing answers at ${this.serving.info.url}`);
    return connection;
  }

  /** Runs the command line and gives what it printed and how it ended. */
  async agor(...args: string[]): Promise<{ stdout: string; stderr: string; exitCode: number }> {
    const child = Bun.spawn([join(REPO, 'bin', 'agor'), ...args], {
      env: this.env,
      cwd: this.root,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    return { stdout, stderr, exitCode: await child.exited };
  }

  /** `kill -9` of the hub; returns when it is gone. */
  async killHub(): Promise<void> {
    this.serving.process.kill('SIGKILL');
    await this.serving.process.exited;
  }

  /** SIGTERM: the hub ends as it should, agents and terminals stay. Returns its exit code. */
  async stopHub(): Promise<number> {
    this.serving.process.kill('SIGTERM');
    return await this.serving.process.exited;
  }

  get machinePid(): number | null {
    return lockHolder(this.paths.machineLock)?.pid ?? null;
  }

  /** Ends everything and returns the processes that were left behind nevertheless (command lines, for a message). */
  async shutdown(): Promise<string[]> {
    await this.agor('shutdown');
    await this.#serving?.process.exited;
    const deadline = systemClock.monotonic() + SHUTDOWN_LIMIT_MS;
    while (this.leftovers().length > 0 && systemClock.monotonic() < deadline) await delay(systemClock, 20);
    return this.leftovers();
  }

  /** Live processes of this world, with their command lines. */
  leftovers(): string[] {
    return this.#pids().map((pid) => `${pid} ${commandLine(pid)}`);
  }

  /** The live process of this world whose command line names this program of agor's. */
  pidOf(program: 'pty-host' | 'machine'): number | null {
    return this.#pids().find((pid) => commandLine(pid).includes(`/${program}.js`)) ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
    for (const pid of this.#pids()) process.kill(pid, 'SIGKILL');
    rmSync(this.root, { recursive: true, force: true });
  }

  #pids(): number[] {
    return processesWithEnv(MARK, this.root).filter((pid) => pid !== process.pid);
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '(ended)'; // between the look and now
  }
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string | null> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (true) {
    const { value, done } = await reader.read();
    if (done) return null;
    text += decoder.decode(value, { stream: true });
    const end = text.indexOf('\n');
    if (end < 0) continue;
    void drain(reader);
    return text.slice(0, end);
  }
}

/** A pipe that nobody reads would stop the hub at its next words. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}
