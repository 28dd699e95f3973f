import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Connection, connect, HubInfo } from '@agor/cli';
import { AgentMessage, RunnerHealth } from '@agor/protocol';
import { type AgorPaths, delay, lockHolder, processesWithEnv, resolvePaths, systemClock } from '@agor/runtime';
import { z } from 'zod';
import { type Ended, Running } from './running.ts';

const REPO = resolve(import.meta.dir, '..', '..');
const START_LIMIT_MS = 30_000;
const SHUTDOWN_LIMIT_MS = 40_000;
/** Every process of agor's that a world starts carries this, so that what it leaves behind can be found. */
const MARK = 'AGOR_WORLD';
/** Agents and terminals get no variable of agor's but this one, which names the data folder. */
const AGENT_MARK = 'AGOR_MARK';

/** A hub that was started by `agor serve`, as its first line told. */
export interface Serving {
  readonly info: HubInfo;
  readonly process: Bun.Subprocess<'ignore', 'pipe', 'pipe'>;
}

/** A row of `agor ps --json`. */
const PsRow = z.strictObject({
  sessionId: z.string(),
  projectId: z.string().nullable(),
  provider: z.string(),
  status: z.string(),
  pid: z.number().nullable(),
  lastActivityAt: z.number(),
  health: RunnerHealth,
  pendingAsks: z.array(z.string()),
});
type PsRow = z.infer<typeof PsRow>;

/** The messages that a command printed, one a line. */
export function messagesIn(stdout: string): AgentMessage[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => AgentMessage.parse(JSON.parse(line)));
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
      ...inheritedMarks(),
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
  async agor(...args: string[]): Promise<Ended> {
    return await this.start(...args).ended;
  }

  /** Starts the command line. */
  start(...args: string[]): Running {
    return new Running([join(REPO, 'bin', 'agor'), ...args], { env: this.env, cwd: this.root });
  }

  /** What `agor ps --json` tells. */
  async sessions(): Promise<PsRow[]> {
    return PsRow.array().parse(JSON.parse((await this.agor('ps', '--json')).stdout));
  }

  /** The only session there is. */
  async session(): Promise<PsRow> {
    const [session, ...others] = await this.sessions();
    if (!session || others.length > 0) throw new Error(`there is not one session but ${others.length + 1}`);
    return session;
  }

  /** A session's transcript, as `agor logs --json` tells it. */
  async messages(sessionId: string): Promise<AgentMessage[]> {
    const { stdout } = await this.agor('logs', sessionId, '--json');
    return messagesIn(stdout);
  }

  /** Everything that the agent has said in a session. */
  async said(sessionId: string): Promise<string> {
    const messages = await this.messages(sessionId);
    return messages.flatMap((message) => (message.type === 'text' ? [message.content.text] : [])).join('\n');
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
    const agents = createHash('sha256').update(this.paths.dataDir).digest('hex').slice(0, 10);
    const pids = new Set([...processesWithEnv(MARK, this.root), ...processesWithEnv(AGENT_MARK, agents)]);
    // The machine begins with an empty environment.
    if (this.machinePid !== null) pids.add(this.machinePid);
    return [...pids].filter((pid) => pid !== process.pid);
  }
}

/** The mark of `npm test`, which looks for what the whole step left behind. */
function inheritedMarks(): Record<string, string> {
  const { AGOR_TEST_STEP } = process.env;
  return AGOR_TEST_STEP ? { AGOR_TEST_STEP } : {};
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
