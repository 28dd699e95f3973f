import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { findBun } from '../../scripts/lib/places.mjs';
import type { BeginOptions, Call, Reply, Served, WorldCalls } from './host/calls.ts';

const MAIN = resolve(import.meta.dirname, 'host', 'main.ts');

/** One agor of a test file's own, in a process of its own: see `host/calls.ts` for what can be asked of it. */
export class BrowserWorld {
  readonly #host: ChildProcess;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #calls = 0;
  #served: Served | null = null;

  private constructor(
    readonly root: string,
    host: ChildProcess,
  ) {
    this.#host = host;
  }

  /** Makes the world and starts its hub. */
  static async begin(options: BeginOptions): Promise<BrowserWorld> {
    const host = spawn(findBun() ?? 'bun', [MAIN], { stdio: ['pipe', 'pipe', 'inherit'] });
    const world = new BrowserWorld('', host);
    world.#read();
    const { root } = await world.ask('begin', options);
    Object.defineProperty(world, 'root', { value: root });
    await world.serve();
    return world;
  }

  /** The hub that was started last. */
  get served(): Served {
    if (!this.#served) throw new Error('no hub is started');
    return this.#served;
  }

  /** The link that `agor` prints: opening it signs the browser in. */
  get link(): string {
    return `${this.served.url.replace(/\/$/, '')}/#token=${this.served.token}`;
  }

  async ask<Method extends keyof WorldCalls>(
    method: Method,
    ...args: Parameters<WorldCalls[Method]>
  ): Promise<ReturnType<WorldCalls[Method]>> {
    const id = ++this.#calls;
    const call: Call = { id, method, args };
    const reply = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#host.stdin?.write(`${JSON.stringify(call)}\n`);
    return (await reply) as ReturnType<WorldCalls[Method]>;
  }

  /** Starts the hub; again on the same port, as a person does who starts agor anew. */
  async serve(): Promise<void> {
    const port = this.#served ? Number(new URL(this.#served.url).port) : undefined;
    this.#served = await this.ask('serve', port);
  }

  /** Runs a command that must work; returns what it printed. */
  async agor(...args: string[]): Promise<string> {
    const { stdout, stderr, exitCode } = await this.ask('agor', ...args);
    if (exitCode !== 0) throw new Error(`agor ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
    return stdout.trim();
  }

  /** A new project over a new empty folder, in the group that is shown; returns the folder. */
  async project(name: string, provider = 'demo'): Promise<string> {
    const folder = this.folder(name);
    await this.agor('config', 'set', 'default_provider', JSON.stringify(provider));
    await this.agor('project', 'add', folder, '--name', name);
    return folder;
  }

  folder(name: string): string {
    const path = join(this.root, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Ends everything; throws when something did not end. */
  async end(): Promise<void> {
    const exited = new Promise<number | null>((resolve) => this.#host.once('exit', resolve));
    this.#host.stdin?.end();
    const code = await exited;
    if (code !== 0) throw new Error(`the world did not end well: ${code}`);
  }

  #read(): void {
    const { stdout } = this.#host;
    if (!stdout) throw new Error('the world has no output');
    createInterface({ input: stdout }).on('line', (line) => {
      const reply = JSON.parse(line) as Reply;
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('error' in reply) waiting?.reject(new Error(reply.error));
      else waiting?.resolve(reply.value);
    });
    this.#host.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the world ended before it answered'));
    });
  }
}
