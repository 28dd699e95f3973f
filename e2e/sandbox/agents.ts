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

/** Whose agents the suite is run with. One more provider is one more line. */
export const agents: { readonly provider: string; readonly start: () => Promise<Started> }[] = [
  {
    provider: 'demo',
    start: async () => ({ agent: { provider: 'demo', prompt: (command) => `run ${command}` }, close: () => undefined }),
  },
  {
    provider: 'claude',
    start: async () => {
      await claudeCli();
      const standIn = startAnthropic();
      return { agent: { provider: 'claude', prompt: run, env: claudeEnv(standIn.url) }, close: () => standIn.close() };
    },
  },
  {
    provider: 'codex',
    start: async () => {
      await vendorCli('codex');
      const standIn = startResponses();
      const settings = { config: configFor(standIn.url), env: { STANDIN_KEY: 'sk-dummy-key-of-a-test' } };
      const agent = { provider: 'codex', prompt: run, project: { providers: { codex: settings } } };
      return { agent, close: () => standIn.close() };
    },
  },
  {
    provider: 'ollama',
    start: async () => {
      const standIn = startOllama();
      const env = { OLLAMA_HOST: standIn.url };
      return { agent: { provider: 'ollama', prompt: run, env }, close: () => standIn.close() };
    },
  },
];
