import { afterAll, beforeAll, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@agor/runtime/testing';
import { type AnthropicStandIn, startAnthropic } from '../standins/anthropic.ts';
import { claudeCli } from '../standins/claude-cli.ts';
import { claudeEnv, World } from '../world/index.ts';

/** The first read of the real CLI's 0.4 GB may take many seconds. */
const CLAUDE_LIMIT_MS = 90_000;

let standIn: AnthropicStandIn;
beforeAll(async () => {
  await claudeCli();
  standIn = startAnthropic();
}, 300_000);
afterAll(() => standIn.close());

async function killRunner(world: World, sessionId: string): Promise<void> {
  const { pid } = (await world.sessions()).find((row) => row.sessionId === sessionId) ?? { pid: null };
  if (pid === null) throw new Error('the agent has no process');
  process.kill(pid, 'SIGKILL');
}

test('kill -9 of a runner: its session fails and can go on, its orphan is ended, the neighbour notices nothing', async () => {
  await using world = new World({ name: 'runner-kill' });
  await world.serve();
  const [work, next] = [world.folder('work'), world.folder('next')];
  const run = (cwd: string, prompt: string) => world.start('run', '--provider', 'demo', '--cwd', cwd, '--json', prompt);
  await run(work, 'orphan 600').ended;
  const { sessionId } = await world.session();
  expect(world.leftovers().filter((line) => line.includes('sleep 600'))).toHaveLength(1);
  await world.agor('send', sessionId, 'wait');
  await until('the turn runs', async () => (await world.said(sessionId)).includes('I wait until'));
  const neighbour = run(next, 'hold go');
  await neighbour.says(/I wait for/);

  await killRunner(world, sessionId);
  const rowOf = async () => (await world.sessions()).find((row) => row.sessionId === sessionId);
  await until('the session has failed', async () => (await rowOf())?.status === 'failed');
  await until('the orphan is ended', () => !world.leftovers().some((line) => line.includes('sleep 600')));
  expect((await rowOf())?.pid).toBeNull();

  writeFileSync(join(next, '.agor-demo-go'), '');
  expect((await neighbour.ended).exitCode).toBe(0);
  const again = await world.agor('run', '--resume', sessionId, '--json', 'say back again');
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toContain('I remember our conversation');
});

test(
  'kill -9 of the runner of a real Claude that runs a command: neither the CLI nor the command is left',
  async () => {
    await using world = new World({ name: 'claude-kill', env: claudeEnv(standIn.url) });
    await world.serve();
    const running = world.start('run', '--cwd', world.folder('work'), '--provider', 'claude', '--json', 'loop');
    const loops = () => world.leftovers().filter((line) => line.includes('while true'));
    await until('the command runs', () => loops().length > 0);
    const { sessionId } = await world.session();
    await killRunner(world, sessionId);
    expect((await running.ended).exitCode).toBe(1);
    await until('nothing of the agent is left', () => {
      const left = world.leftovers();
      return loops().length === 0 && !left.some((line) => /claude-agent-sdk|runner-claude/.test(line));
    });
    const again = await world.agor('run', '--resume', sessionId, '--json', 'hello');
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain('I am a scripted answer');
  },
  CLAUDE_LIMIT_MS,
);
