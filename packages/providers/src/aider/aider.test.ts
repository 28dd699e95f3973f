import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentMessage, type HistoryItem, PromptId, RunOptions, SessionId } from '@agor/protocol';
import { programCommand } from '@agor/runtime';
import { adapterConforms } from '../testing/adapter-conformance.ts';
import { ChildRunner } from '../testing/child-runner.ts';
import { aiderAdapter } from './adapter.ts';
import { interpreterOf } from './interpreter.ts';

const STANDIN = join(import.meta.dir, 'fixtures', 'standin');
const SESSION = SessionId.parse('session-1');
const real = test.skipIf(Bun.which('python3') === null);
const WHY = '(needs python3)';

let cwd: string;
let runner: ChildRunner;
let options: RunOptions;
let prompts = 0;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'agor-aider-test-'));
  options = RunOptions.parse({ cwd, command: [join(STANDIN, 'aider-program')] });
  const env = { PYTHONPATH: STANDIN, PYTHONDONTWRITEBYTECODE: '1', TMPDIR: cwd };
  runner = new ChildRunner(programCommand('runner-aider', import.meta), { cwd, env });
});
afterEach(async () => {
  runner.endStdin();
  await runner.exited;
  rmSync(cwd, { recursive: true, force: true });
});

function prompt(text: string, more: Partial<RunOptions> = {}): void {
  const promptId = PromptId.parse(`p${++prompts}`);
  runner.send({ type: 'query', sessionId: SESSION, promptId, prompt: text, options: { ...options, ...more } });
}

async function turn(text: string, more: Partial<RunOptions> = {}) {
  const before = runner.ofType('turn_ended').length;
  prompt(text, more);
  return await runner.untilType('turn_ended', before);
}

async function answer(decision: 'allow' | 'deny', nth = 0) {
  const { ask } = await runner.untilType('ask', nth);
  runner.send({ type: 'answer', sessionId: SESSION, askId: ask.id, answer: { kind: 'permission', decision } });
  return ask;
}

function messages(): AgentMessage[] {
  return runner.ofType('agent_event').flatMap(({ event }) => aiderAdapter.adapt(event, {}, 0).messages);
}
const texts = () => messages().flatMap((message) => (message.type === 'text' ? [message.content.text.trim()] : []));

real(`an answer streams and is kept, with its cost, and nothing that Aider prints is taken for it ${WHY}`, async () => {
  expect(await turn('hello you')).toMatchObject({ outcome: 'done' });
  expect(runner.ofType('agent_delta').map(({ text }) => text)).toEqual(['You ', 'said: ', 'hello ', 'you ']);
  expect(messages()).toMatchObject([
    { type: 'text', content: { text: 'You said: hello you ' } },
    { type: 'cost', content: { costUsd: 0.25, totalCostUsd: 0.25, inputTokens: 10, outputTokens: 5 } },
  ]);
  expect(runner.ofType('agent_info')).toMatchObject([{ version: '0.86.0+standin', model: 'standin/model' }]);
  expect(runner.bad).toEqual([]);
  expect(readdirSync(cwd)).toEqual([]);
});

real(
  `a new file and a command are asked about; denied, nothing happens; allowed, the change is shown ${WHY}`,
  async () => {
    prompt('write a.txt first');
    expect(await answer('deny')).toMatchObject({ title: 'Create new file? a.txt' });
    await runner.untilType('turn_ended');
    expect(existsSync(join(cwd, 'a.txt'))).toBe(false);
    prompt('write a.txt second');
    await answer('allow', 1);
    await runner.untilType('turn_ended', 1);
    expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('second\n');
    const diffs = messages().flatMap((message) =>
      message.type === 'tool_result' ? (message.content.diffs ?? []) : [],
    );
    expect(diffs).toEqual([{ path: 'a.txt', patch: '@@ -0,0 +1 @@\n+second\n', added: 1, removed: 0, change: 'add' }]);
    prompt('run echo from the shell; exit 3');
    expect(await answer('allow', 2)).toMatchObject({ toolName: 'Shell' });
    await runner.untilType('turn_ended', 2);
    expect(messages().at(-2)).toMatchObject({ content: { output: 'from the shell\n', exitCode: 3, isError: true } });
  },
);

real(`an interrupt ends the turn with what was said, also one that waits for an answer ${WHY}`, async () => {
  prompt(`slow ${'word '.repeat(500)}`);
  await runner.untilType('agent_delta', 5);
  runner.send({ type: 'interrupt', sessionId: SESSION });
  expect(await runner.untilType('turn_ended')).toMatchObject({ outcome: 'interrupted' });
  expect(texts()[0]).toStartWith('You said: slow word');
  prompt('write a.txt never');
  await runner.untilType('ask');
  runner.send({ type: 'interrupt', sessionId: SESSION });
  expect(await runner.untilType('turn_ended', 1)).toMatchObject({ outcome: 'interrupted' });
  expect(await turn('hello')).toMatchObject({ outcome: 'done' });
});

real(`a refused key is a failed turn of its class, and the session goes on ${WHY}`, async () => {
  expect(await turn('fail')).toMatchObject({ outcome: 'failed', class: 'auth' });
  expect(await turn('hello')).toMatchObject({ outcome: 'done' });
});

real(`what was said before is known after a restart, the model can be changed, commands work ${WHY}`, async () => {
  const history: HistoryItem[] = [
    { kind: 'user', text: 'my name is Ann' },
    { kind: 'assistant', text: 'Hello Ann' },
  ];
  await turn('remember', { history });
  await turn('model', { model: 'other/model' });
  await turn('/tokens', { model: 'other/model' });
  await turn('/ask', { model: 'other/model' });
  await turn('again', { model: 'other/model' });
  expect(texts()).toEqual(['my name is Ann | Hello Ann', 'other/model', 'You said: again', 'You said: once more']);
  expect(messages()).toContainEqual(
    expect.objectContaining({ content: { subtype: 'info', message: '7 tokens in use' } }),
  );
});

real(`an Aider that does not start says why ${WHY}`, async () => {
  options = { ...options, command: [join(STANDIN, 'aider-program'), '--broken'] };
  prompt('hello');
  expect(await runner.untilType('agent_error')).toMatchObject({
    message: expect.stringContaining('could take a prompt'),
  });
});

test('a program that is none of Python is refused in words', () => {
  expect(() => interpreterOf('/bin/sh')).toThrow("not Aider's own program");
  expect(() => interpreterOf('/nowhere/aider')).toThrow('not installed');
});

adapterConforms('aider', {
  adapter: aiderAdapter,
  captures: [
    {
      name: 'one of each',
      events: [
        { type: 'said', id: 'r-0', text: 'hello' },
        { type: 'note', id: 'r-1', level: 'info', text: 'Tokens: 10 sent' },
        { type: 'note', id: 'r-2', level: 'error', text: 'Rate limit' },
        { type: 'edit', id: 'r-3', path: 'a.txt', patch: '@@ -0,0 +1 @@\n+a\n', created: true },
        { type: 'command', id: 'r-4', call: 2, command: 'ls' },
        { type: 'command_ended', id: 'r-5', call: 2, output: 'a.txt', exitCode: 0 },
        {
          type: 'ended',
          id: 'r-6',
          interrupted: false,
          error: null,
          cost: 1,
          totalCost: 2,
          sent: 3,
          received: 4,
          durationMs: 5,
        },
      ],
    },
  ],
  silent: () => false,
  unknown: [{ type: 'said', id: 7, text: 'no id' }],
});
