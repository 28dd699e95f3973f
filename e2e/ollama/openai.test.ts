import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorClass, RunOptions } from '@agor/protocol';
import { findProvider } from '@agor/providers';
import { processesWithEnv } from '@agor/runtime';
import { until } from '@agor/runtime/testing';
import { type ModelStandIn, startChatCompletions } from '../standins/chat-completions.ts';
import { type LoopHome, makeLoopHome, startLoop } from './start-runner.ts';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Far more than it takes; other work may hold the processors. */
setDefaultTimeout(60_000);

let standIn: ModelStandIn;
let home: LoopHome;

beforeAll(() => {
  standIn = startChatCompletions();
  home = makeLoopHome({ OPENAI_API_KEY: 'sk-of-a-test' });
});
afterAll(async () => {
  home[Symbol.dispose]();
  await standIn.close();
});

const start = (options: Partial<RunOptions> = {}) =>
  startLoop(home, { model: 'default', providerConfig: { baseUrl: `${standIn.url}/v1` }, ...options });
const allow = { kind: 'permission', decision: 'allow' } as const;
const lastCall = () => standIn.requests.findLast(({ path }) => path === '/v1/chat/completions');

test('a turn thinks, talks, runs a command and writes a file after asking for each, on the first model of the server', async () => {
  await using runner = start();
  runner.prompt('write compatible.txt: by any server');
  runner.answer(await runner.ask(), allow);
  runner.answer(await runner.ask(2), allow);
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(readFileSync(join(home.work, 'compatible.txt'), 'utf8')).toBe('by any server');
  expect(runner.messages().map(({ type }) => type)).toEqual([
    'init',
    'thinking',
    'text',
    'usage',
    'tool_call',
    'tool_result',
    'text',
    'usage',
    'tool_call',
    'tool_result',
    'text',
    'usage',
    'cost',
  ]);
  expect(lastCall()?.body).toMatchObject({
    model: 'scripted-model',
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(lastCall()?.headers.authorization).toBe('Bearer sk-of-a-test');
  const cost = runner.messages().at(-1);
  expect(cost?.type === 'cost' && cost.content.inputTokens).toBeGreaterThan(100);
});

test('a denied call changes nothing, and an edit comes with its diff', async () => {
  writeFileSync(join(home.work, 'edited.txt'), 'one\ntwo\n');
  await using runner = start();
  runner.prompt('create denied.txt: never');
  runner.answer(await runner.ask(), { kind: 'permission', decision: 'deny' });
  await runner.turnEnded();
  expect(existsSync(join(home.work, 'denied.txt'))).toBe(false);
  runner.prompt('edit edited.txt replace two with 2');
  runner.answer(await runner.ask(2), allow);
  await runner.turnEnded(2);
  expect(readFileSync(join(home.work, 'edited.txt'), 'utf8')).toBe('one\n2\n');
  const edit = runner.messages().findLast((each) => each.type === 'tool_result');
  expect(edit?.content).toMatchObject({ diffs: [{ added: 1, removed: 1 }] });
});

test('several calls in one answer are made one after the other', async () => {
  await using runner = start({ permissionMode: 'bypassPermissions' });
  runner.prompt('parallel');
  await runner.turnEnded();
  expect(runner.texts()).toEqual(['Three at once.', 'Heard 3 answers.']);
});

test('an interrupt leaves no process, and hangs up on a server in the middle of an answer', async () => {
  await using runner = start({ permissionMode: 'bypassPermissions' });
  runner.prompt('run: echo started; sleep 300');
  await runner.seen('agent_delta', ({ text }) => text.includes('started'));
  runner.interrupt();
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'interrupted' });
  expect(processesWithEnv('AGOR_SESSION', runner.sessionId)).toEqual([runner.pid]);
  runner.prompt('gate left');
  await until('the stream waits at the gate', () => standIn.waitingAt('left') === 1);
  runner.interrupt();
  expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'interrupted' });
  await until('the server saw the client leave', () => standIn.waitingAt('left') === 0);
});

const failures: [string, ErrorClass][] = [
  ['fail 401', 'auth'],
  ['fail 403', 'auth'],
  ['fail 500', 'unknown'],
  ['fail cut', 'network'],
];
test.each(failures)('%s ends the turn as failed, in the class %s', async (prompt, errorClass) => {
  await using runner = start();
  runner.prompt(prompt);
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'failed', class: errorClass });
  runner.prompt('hello');
  expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'done' });
});

test('a rate limit is waited for as long as the server says', async () => {
  await using runner = start();
  runner.prompt('fail 429');
  expect(await runner.seen('retrying')).toMatchObject({ class: 'rate_limit', delayMs: 1000 });
});

test('a server that is down is told as such', async () => {
  await using runner = start({ model: 'any', providerConfig: { baseUrl: 'http://127.0.0.1:1/v1' } });
  runner.prompt('hello');
  expect(await runner.turnEnded()).toMatchObject({
    outcome: 'failed',
    class: 'network',
    message: expect.stringContaining("can't be reached"),
  });
});

test('history and images reach the server', async () => {
  await using runner = start({
    history: [
      { kind: 'summary', text: 'We talked about tea.' },
      { kind: 'user', text: 'run: date' },
      { kind: 'toolCall', toolUseId: 'a', name: 'Bash', input: { command: 'date' } },
      { kind: 'toolResult', toolUseId: 'a', output: 'Monday', isError: false },
      { kind: 'assistant', text: 'It is Monday.' },
    ],
  });
  runner.prompt('image', { images: [{ kind: 'inline', mediaType: 'image/png', data: PIXEL }] });
  await runner.turnEnded();
  expect(runner.texts()).toEqual(['Received image/png, 70 bytes.']);
  const { messages } = (lastCall() ?? { body: null }).body as { messages: { role: string; content: unknown }[] };
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'assistant', 'user']);
  expect(JSON.stringify(messages[1])).toContain('We talked about tea.');
});

test('the models are listed, and fetching one is refused in words', async () => {
  const services = await findProvider('ollama')?.services?.();
  const place = {
    env: {},
    config: { baseUrl: `${standIn.url}/v1/` },
    command: [],
    variant: null,
    cwd: null,
    claudeConfigDir: null,
  };
  const signal = AbortSignal.timeout(5_000);
  expect((await services?.models?.(place, signal))?.map(({ id }) => id)).toEqual([
    'scripted-model',
    'scripted-model-small',
  ]);
  expect(services?.pullModel?.(place, 'x', () => {}, signal)).rejects.toThrow('is not Ollama');
});
