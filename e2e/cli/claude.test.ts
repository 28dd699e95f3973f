import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnthropicStandIn, startAnthropic } from '../standins/anthropic.ts';
import { claudeCli } from '../standins/claude-cli.ts';
import { claudeEnv, messagesIn, World } from '../world/index.ts';

/** The first read of the CLI's 0.4 GB may take many seconds. */
const LIMIT_MS = 90_000;

let standIn: AnthropicStandIn;
beforeAll(async () => {
  await claudeCli();
  standIn = startAnthropic();
}, 300_000);
afterAll(() => standIn.close());

test(
  'the real Claude CLI through agor run: thinking, text, a command, a write answered from elsewhere, a cost',
  async () => {
    await using world = new World({ name: 'claude', env: claudeEnv(standIn.url) });
    const work = world.folder('work');
    const running = world.start('run', '--cwd', work, '--provider', 'claude', '--json', 'write run.txt: by agor run');
    const [, askId = ''] = await running.says(/agor answer (\S+) /, 'stderr');
    expect((await world.agor('answer', askId, 'allow')).exitCode).toBe(0);
    const { stdout, exitCode } = await running.ended;
    expect(exitCode).toBe(0);
    expect(readFileSync(join(work, 'run.txt'), 'utf8')).toBe('by agor run');
    const messages = messagesIn(stdout);
    expect(messages.flatMap(({ type }) => (type === 'usage' ? [] : [type]))).toEqual([
      'init',
      'thinking',
      'text',
      'tool_call',
      'tool_result',
      'text',
      'tool_call',
      'permissionRequest',
      'permissionAnswer',
      'tool_result',
      'text',
      'cost',
    ]);
    const cost = messages.at(-1);
    expect(cost?.type === 'cost' ? cost.content.totalCostUsd : 0).toBeGreaterThan(0);
  },
  LIMIT_MS,
);
