import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { PromptId, RunOptions, SessionId } from '@agor/protocol';
import { ChildRunner } from '../testing/child-runner.ts';

const sessionId = SessionId.parse('s1');
const options = RunOptions.parse({ cwd: '/' });

class LoudRunner extends ChildRunner {
  constructor() {
    super([process.execPath, join(import.meta.dir, 'fixtures', 'loud-main.ts')]);
  }

  prompt(prompt: string): void {
    this.send({ type: 'query', sessionId, promptId: PromptId.parse('p1'), prompt, options });
  }
}

test('what a library prints goes to stderr, never between the lines', async () => {
  using runner = new LoudRunner();
  runner.prompt('print');
  await runner.untilType('turn_ended');
  runner.endStdin();
  expect(await runner.exited).toBe(0);
  expect(runner.bad).toEqual([]);
  expect(runner.stderr).toContain('printed by a library\n');
  expect(runner.stderr).toContain('written by a library\n');
});

for (const [prompt, message, kind] of [
  ['throw later', /JSON/, 'unknown'],
  ['reject unseen', /429/, 'rate_limit'],
] as const) {
  test(`an error that nobody caught (${prompt}) ends the turn, then the runner, with its message`, async () => {
    using runner = new LoudRunner();
    runner.prompt(prompt);
    expect(await runner.exited).toBe(1);
    const [ended, error] = runner.lines.filter(({ type }) => type === 'turn_ended' || type === 'agent_error');
    expect(ended).toMatchObject({ type: 'turn_ended', outcome: 'failed', class: kind });
    expect(error).toMatchObject({ type: 'agent_error', message: expect.stringMatching(message), class: kind });
    expect(runner.ofType('agent_log').map((line) => line.message)).toEqual(['closed']);
  });
}

test('SIGTERM closes the agent and exits with 0', async () => {
  using runner = new LoudRunner();
  runner.prompt('nothing');
  await runner.untilType('agent_started');
  process.kill(runner.pid, 'SIGTERM');
  expect(await runner.exited).toBe(0);
  expect(runner.lines.slice(-3).map(({ type }) => type)).toEqual(['agent_log', 'turn_ended', 'agent_stopped']);
});

test('a machine that is gone takes the runner with it, though its stdin stays open', async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'fixtures', 'loud-main.ts')], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
  });
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  // The pipe is closed at some time after `cancel`: whatever is answered until then, still fits into it.
  try {
    while (child.exitCode === null) {
      child.stdin.write(`{"type":"ping"}\n`);
      await child.stdin.flush();
      await new Promise((resolve) => setImmediate(resolve));
    }
  } catch {
    // It ended while it was written to.
  }
  expect(await child.exited).toBe(1);
});
