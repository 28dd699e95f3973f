import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunOptions } from '@agor/protocol';
import { findProvider } from '@agor/providers';
import { installedBinary, installProvider, resolveCli } from '@agor/providers/install';
import { RunnerProcess } from '../standins/runner-process.ts';
import { providersDir } from '../standins/vendor-cli.ts';
import type { AgentUnderTest, StandIn } from './agents.ts';

/** Codex leaves its helpers out when it is at home under /tmp. */
const BASE = '/var/tmp';

/** The command line of the pinned version of an agent, installed as `agor providers install` does when it is missing. */
export async function commandOf(name: string): Promise<string[]> {
  const id = `acp:${name}`;
  const provider = findProvider(id);
  if (!provider?.cli) throw new Error(`there is no agent "${id}"`);
  const dir = providersDir();
  const path = installedBinary(id, provider.cli, dir);
  if (path === null) throw new Error(`${provider.label} has no package for ${process.platform} on ${process.arch}`);
  if (!existsSync(path)) {
    const installed = await installProvider(provider, { providersDir: dir, env: process.env });
    if (!installed.ok) throw installed.error;
  }
  // Node may be on PATH, an agent of the person's own is not looked for.
  const node = Bun.which('node');
  const resolved = resolveCli(provider, { env: { PATH: node ? dirname(node) : '' }, providersDir: dir });
  if (!resolved) throw new Error(`${provider.label} is installed and not found`);
  return resolved.command;
}

/** One agent at home in a temporary folder, before a stand-in of its API. */
export class AgentPlace implements AsyncDisposable {
  readonly root = realpathSync(mkdtempSync(join(BASE, 'agor-acp-')));
  readonly work = this.#folder('work');
  readonly standIn: StandIn;
  readonly #env: Record<string, string>;

  private constructor(
    private readonly agent: AgentUnderTest,
    private readonly command: string[],
  ) {
    this.standIn = agent.startStandIn();
    const home = this.#folder('home');
    this.#env = {
      PATH: process.env.PATH ?? '',
      HOME: home,
      TMPDIR: this.#folder('tmp'),
      ...agent.env(this.standIn.url, home),
    };
  }

  static async make(agent: AgentUnderTest): Promise<AgentPlace> {
    return new AgentPlace(agent, await commandOf(agent.name));
  }

  file(name: string): string {
    return join(this.work, name);
  }

  start(options: Partial<RunOptions> = {}): RunnerProcess {
    const { agent, command, work } = this;
    const place = { provider: 'acp', work, env: this.#env };
    return new RunnerProcess(place, { command, variant: agent.name, cwd: work, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.standIn[Symbol.asyncDispose]();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  #folder(name: string): string {
    const path = join(this.root, name);
    mkdirSync(path, { recursive: true });
    return path;
  }
}
