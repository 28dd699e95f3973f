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

/** Returns the pid that it had. */
async function killRunner(world: World, sessionId: string): Promise<number> {
  const { pid } = (await world.sessions()).find((row) => row.sessionId === sessionId) ?? { pid: null };
  if (pid === null) throw new Error('the agent has no process');
  process.kill(pid, 'SIGKILL');
  return pid;
}

test('kill -9 of a runner: it comes back with its conversation and says what was lost, its orphan is ended, the neighbour notices nothing', async () => {
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

  const before = await killRunner(world, sessionId);
  const rowOf = async () => (await world.sessions()).find((row) => row.sessionId === sessionId);
  await until('the orphan is ended', () => !world.leftovers().some((line) => line.includes('sleep 600')));
  await until('the agent runs again', async () => {
    const { pid = null } = (await rowOf()) ?? {};
    return pid !== null && pid !== before;
  });
  await until('it says so', async () => (await notices(world, sessionId)).includes('was started again'));
  // The turn that was lost is the person's to judge; nothing of it is repeated.
  expect((await rowOf())?.status).toBe('failed');
  const told = await notices(world, sessionId);
  expect(told).toContain('The running turn was lost');
  expect(told).toMatch(/The conversation goes on from [0-9a-f-]{36}/);
  expect((await world.said(sessionId)).split('I wait until')).toHaveLength(2);

  writeFileSync(join(next, '.agor-demo-go'), '');
  expect((await neighbour.ended).exitCode).toBe(0);
  const again = await world.agor('run', '--resume', sessionId, '--json', 'say back again');
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toContain('I remember our conversation');
});

/** What agor itself said in the transcript. */
async function notices(world: World, sessionId: string): Promise<string> {
  const messages = await world.messages(sessionId);
  return messages.flatMap((message) => (message.type === 'status' ? [message.content.message ?? ''] : [])).join('\n');
}

const isOfClaude = (line: string) => /claude-agent-sdk|runner-claude/.test(line);

test(
  'kill -9 of the runner of a real Claude that runs a command: neither the CLI nor the command is left, and another comes back',
  async () => {
    await using world = new World({ name: 'claude-kill', env: claudeEnv(standIn.url) });
    await world.serve();
    const running = world.start('run', '--cwd', world.folder('work'), '--provider', 'claude', '--json', 'loop');
    const loops = () => world.leftovers().filter((line) => line.includes('while true'));
    await until('the command runs', () => loops().length > 0);
    const { sessionId } = await world.session();
    const old = world.leftovers().filter(isOfClaude);
    await killRunner(world, sessionId);
    expect((await running.ended).exitCode).toBe(1);
    await until('nothing of the agent is left', () => {
      const left = world.leftovers();
      return loops().length === 0 && !old.some((line) => left.includes(line));
    });
    await until('another runs', async () => (await notices(world, sessionId)).includes('was started again'));
    const again = await world.agor('run', '--resume', sessionId, '--json', 'hello');
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain('I am a scripted answer');
  },
  CLAUDE_LIMIT_MS,
);
