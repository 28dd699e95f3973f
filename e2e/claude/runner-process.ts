import type { RunOptions } from '@agor/protocol';
import { claudeCli } from '../standins/claude-cli.ts';
import type { ClaudeHome } from '../standins/claude-session.ts';
import { RunnerProcess } from '../standins/runner-process.ts';

export { RunnerProcess } from '../standins/runner-process.ts';

/** Starts a runner for the real CLI in that home. */
export async function startRunner(home: ClaudeHome, options: Partial<RunOptions> = {}): Promise<RunnerProcess> {
  const command = [await claudeCli()];
  return new RunnerProcess({ provider: 'claude', ...home }, { command, model: 'claude-sonnet-4-5', ...options });
}
