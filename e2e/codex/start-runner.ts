import type { RunOptions } from '@agor/protocol';
import type { CodexHome } from '../standins/codex-home.ts';
import { RunnerProcess } from '../standins/runner-process.ts';
import { vendorCli } from '../standins/vendor-cli.ts';

/** A model that Codex knows: others get fewer tools. */
export const MODEL = 'gpt-5.5';

/** Starts a runner for the real Codex in that home. */
export async function startRunner(home: CodexHome, options: Partial<RunOptions> = {}): Promise<RunnerProcess> {
  const command = [await vendorCli('codex')];
  return new RunnerProcess(
    { provider: 'codex', work: home.work, env: home.env },
    { command, model: MODEL, providerConfig: home.config, ...options },
  );
}
