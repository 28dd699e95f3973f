import { tempDir } from '@agor/runtime/testing';
import type { AgentUnderTest as AcpAgent } from '../acp/agents.ts';
import { commandOf } from '../acp/place.ts';
import { startAnthropic } from '../standins/anthropic.ts';
import { claudeCli } from '../standins/claude-cli.ts';
import { configFor } from '../standins/codex-home.ts';
import { startOllama } from '../standins/ollama.ts';
import { startResponses } from '../standins/responses.ts';
import { vendorCli } from '../standins/vendor-cli.ts';
import { claudeEnv } from '../world/index.ts';
import type { AgentUnderTest } from './confined-agent.ts';

export interface Started {
  readonly agent: AgentUnderTest;
  readonly close: () => unknown;
}

/** The words by which every stand-in of a model's server asks for a command. */
const run = (command: string): string => `run: ${command}`;

/** Whose agent the suite is run with, and how it is begun. One more provider is one more value. */
export interface Tried {
  readonly provider: string;
  start(): Promise<Started>;
}

export const demo: Tried = {
  provider: 'demo',
  start: async () => ({ agent: { provider: 'demo', prompt: (command) => `run ${command}` }, close: () => undefined }),
};

export const claude: Tried = {
  provider: 'claude',
  start: async () => {
    await claudeCli();
    const standIn = startAnthropic();
    return { agent: { provider: 'claude', prompt: run, env: claudeEnv(standIn.url) }, close: () => standIn.close() };
  },
};

export const codex: Tried = {
  provider: 'codex',
  start: async () => {
    await vendorCli('codex');
    const standIn = startResponses();
    const settings = { config: configFor(standIn.url), env: { STANDIN_KEY: 'sk-dummy-key-of-a-test' } };
    const agent = { provider: 'codex', prompt: run, project: { providers: { codex: settings } } };
    return { agent, close: () => standIn.close() };
  },
};

export const ollama: Tried = {
  provider: 'ollama',
  start: async () => {
    const standIn = startOllama();
    const env = { OLLAMA_HOST: standIn.url };
    return { agent: { provider: 'ollama', prompt: run, env }, close: () => standIn.close() };
  },
};

/** One that speaks ACP, at home in a folder of its own, with its variables from the project's settings. */
export function acp(tested: AcpAgent): Tried {
  const provider = `acp:${tested.name}`;
  return {
    provider,
    start: async () => {
      await commandOf(tested.name);
      const standIn = tested.startStandIn();
      const home = tempDir();
      const settings = { config: { agents: { [tested.name]: { env: tested.env(standIn.url, home.path) } } } };
      const close = async (): Promise<void> => {
        await standIn[Symbol.asyncDispose]();
        home[Symbol.dispose]();
      };
      const agent = { provider, prompt: run, isMute: !tested.tellsOutput, project: { providers: { acp: settings } } };
      return { agent, close };
    },
  };
}
