import { expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messagesIn, World } from '../world/index.ts';

test('agor run tells the turn as one message a line, the cost as the last, and exits with 0', async () => {
  await using world = new World({ name: 'run' });
  const { stdout, exitCode } = await world.agor('run', '--provider', 'demo', '--json', 'say', 'good', 'morning');
  expect(exitCode).toBe(0);
  const messages = messagesIn(stdout);
  expect(messages.map(({ type }) => type)).toEqual(['init', 'text', 'cost']);
  expect(messages[1]?.content).toMatchObject({ text: 'good morning' });
});

test('agor run without --json prints the words alone', async () => {
  await using world = new World({ name: 'run' });
  const { stdout, exitCode } = await world.agor('run', '--provider', 'demo', 'say good morning');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('good morning\n');
});

test('a turn that fails exits with 1, and its last line says why', async () => {
  await using world = new World({ name: 'run' });
  for (const [prompt, words] of [
    ['error rate_limit', 'rate limit exceeded'],
    ['exit 3', 'process ended'],
  ] as const) {
    const { stdout, exitCode } = await world.agor('run', '--provider', 'demo', '--json', prompt);
    expect(exitCode).toBe(1);
    const last = messagesIn(stdout).at(-1);
    expect(['cost', 'error']).toContain(last?.type ?? '');
    expect(stdout).toContain(words);
  }
});

test('what was typed wrong exits with 2 and says what was meant', async () => {
  await using world = new World({ name: 'run' });
  for (const [words, complaint] of [
    [['run'], "missing required argument 'prompt'"],
    [['run', ' '], 'Give a prompt'],
    [['run', '--permission-mode', 'maybe', 'x'], 'default, acceptEdits, plan, bypassPermissions'],
    [['run', '--cwd', '.', '--project', 'p', 'x'], 'not both'],
    [['dance'], "unknown command 'dance'"],
    [['serve', '--port', 'many'], '--port takes a number'],
  ] as const) {
    const { stderr, exitCode } = await world.agor(...words);
    expect(stderr).toContain(complaint);
    expect(exitCode).toBe(2);
  }
  // None of it has started anything.
  expect(world.leftovers()).toEqual([]);
});

test('Ctrl-C interrupts the agent, exits with 130, and the last line is an error', async () => {
  await using world = new World({ name: 'run' });
  const running = world.start('run', '--provider', 'demo', '--json', 'wait');
  await running.says(/I wait until you interrupt me/);
  running.interrupt();
  const { stdout, exitCode } = await running.ended;
  expect(exitCode).toBe(130);
  expect(['cost', 'error']).toContain(messagesIn(stdout).at(-1)?.type ?? '');
  expect((await world.session()).status).toBe('stopped');
});

test('without a terminal an ask waits for an answer from elsewhere, and stderr says how to give it', async () => {
  await using world = new World({ name: 'run' });
  const work = world.folder('work');
  const running = world.start('run', '--provider', 'demo', '--cwd', work, '--json', 'write asked.txt words');
  const [, askId = ''] = await running.says(/agor answer (\S+) allow\|always\|deny/, 'stderr');
  expect((await world.session()).pendingAsks).toEqual([askId]);
  expect(existsSync(join(work, 'asked.txt'))).toBe(false);
  expect((await world.agor('answer', askId, 'allow')).exitCode).toBe(0);
  const { stdout, exitCode } = await running.ended;
  expect(exitCode).toBe(0);
  expect(messagesIn(stdout).at(-1)?.type).toBe('cost');
  expect(readFileSync(join(work, 'asked.txt'), 'utf8')).toBe('words\n');
});

test('--resume goes on with a session, and --permission-mode says what needs no asking', async () => {
  await using world = new World({ name: 'run' });
  const work = world.folder('work');
  await world.agor('run', '--provider', 'demo', '--cwd', work, 'say first');
  const { sessionId } = await world.session();
  const again = await world.agor('run', '--resume', sessionId.slice(0, 8), '--json', 'say second');
  expect(again.exitCode).toBe(0);
  expect((await world.session()).sessionId).toBe(sessionId);
  expect(await world.said(sessionId)).toContain('first\nsecond');

  const flags = ['--provider', 'demo', '--cwd', work, '--permission-mode', 'acceptEdits', '--json'];
  expect((await world.agor('run', ...flags, 'write free.txt words')).exitCode).toBe(0);
  expect(existsSync(join(work, 'free.txt'))).toBe(true);
});

test('twenty runs at once on a new data folder share one hub and one machine, and all are answered', async () => {
  await using world = new World({ name: 'run' });
  const runs = Array.from({ length: 20 }, (_, n) =>
    world.agor('run', '--provider', 'demo', '--json', `say number-${n}.`),
  );
  for (const [n, { stdout, stderr, exitCode }] of (await Promise.all(runs)).entries()) {
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`number-${n}.`);
  }
  expect(await world.sessions()).toHaveLength(20);
  const programs = world.leftovers().flatMap((line) => /\/(hub|machine)\.js/.exec(line)?.[1] ?? []);
  expect(programs.sort()).toEqual(['hub', 'machine']);
}, 60_000);
