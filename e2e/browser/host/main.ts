import { createInterface } from 'node:readline';
import { PrivateKeyring } from '@agor/runtime/testing';
import { type AnthropicStandIn, startAnthropic } from '../../standins/anthropic.ts';
import { claudeCli } from '../../standins/claude-cli.ts';
import { type ModelStandIn, startOllama } from '../../standins/ollama.ts';
import { Collector, type Received } from '../../telemetry/collector.ts';
import { claudeEnv, World } from '../../world/index.ts';
import type { BeginOptions, Call, Reply, Served, WorldCalls } from './calls.ts';

type Handlers = {
  [Method in keyof WorldCalls]: (...args: Parameters<WorldCalls[Method]>) => Promise<unknown> | unknown;
};

/** The world of one browser test file: made by the first call, ended with stdin. */
class Host implements Handlers {
  #world: World | null = null;
  #standIn: AnthropicStandIn | null = null;
  #ollama: ModelStandIn | null = null;
  #collector: Collector | null = null;
  #keyring: PrivateKeyring | null = null;

  get world(): World {
    if (!this.#world) throw new Error('the world has not begun');
    return this.#world;
  }

  async begin({ name, env, claude, ollama, keyring, telemetry }: BeginOptions): Promise<{ root: string }> {
    if (claude) {
      await claudeCli();
      this.#standIn = startAnthropic();
    }
    if (ollama) this.#ollama = startOllama();
    if (keyring) {
      this.#keyring = new PrivateKeyring();
      await this.#keyring.start();
    }
    if (telemetry) this.#collector = await Collector.start();
    const standIns = {
      ...(this.#standIn ? claudeEnv(this.#standIn.url) : {}),
      ...(this.#ollama ? { OLLAMA_HOST: this.#ollama.url } : {}),
      ...this.#keyring?.address,
      ...(this.#collector ? { AGOR_OTLP_ENDPOINT: this.#collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' } : {}),
    };
    this.#world = new World({ name, env: { ...standIns, ...env } });
    return { root: this.#world.root };
  }

  async serve(port?: number): Promise<Served> {
    const { info } = await this.world.serve(...(port ? ['--port', String(port)] : []));
    return { url: info.url, token: info.token, pid: info.pid };
  }

  async killHub(): Promise<null> {
    await this.world.killHub();
    return null;
  }

  killMachine(): null {
    const pid = this.world.machinePid;
    if (pid === null) throw new Error('no machine runs');
    process.kill(pid, 'SIGKILL');
    return null;
  }

  agor(...args: string[]): ReturnType<World['agor']> {
    return this.world.agor(...args);
  }

  modelCalls(): number {
    return this.#standIn?.requests.length ?? 0;
  }

  async telemetry(): Promise<Received | null> {
    return (await this.#collector?.received()) ?? null;
  }

  lockKeyring(): null {
    this.#ownKeyring.lock();
    return null;
  }

  async killKeyring(): Promise<null> {
    await this.#ownKeyring.kill();
    return null;
  }

  async startKeyring(): Promise<null> {
    await this.#ownKeyring.start();
    return null;
  }

  get #ownKeyring(): PrivateKeyring {
    if (!this.#keyring) throw new Error('the world has no keyring: begin it with { keyring: true }');
    return this.#keyring;
  }

  async end(): Promise<void> {
    await this.#world?.[Symbol.asyncDispose]();
    await this.#keyring?.[Symbol.asyncDispose]();
    await this.#standIn?.close();
    await this.#ollama?.close();
    await this.#collector?.kill();
  }
}

async function answer(host: Host, { id, method, args }: Call): Promise<Reply> {
  try {
    const handler = host[method] as (...given: unknown[]) => unknown;
    return { id, value: await handler.apply(host, args) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function main(): Promise<void> {
  const host = new Host();
  for await (const line of createInterface({ input: process.stdin })) {
    void answer(host, JSON.parse(line) as Call).then((reply) => process.stdout.write(`${JSON.stringify(reply)}\n`));
  }
  await host.end();
  process.exit(0);
}

void main();
