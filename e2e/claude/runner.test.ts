import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentMessage, MessageOf } from '@agor/protocol';
import { type AnthropicStandIn, startAnthropic } from '../standins/anthropic.ts';
import { type ClaudeHome, makeClaudeHome } from '../standins/claude-session.ts';
import { type RunnerProcess, startRunner } from './runner-process.ts';

/** The real CLI starts in half a second on two cores; the first read of its 0.4 GB may take many. */
const LIMIT_MS = 90_000;
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let standIn: AnthropicStandIn;
let home: ClaudeHome;

beforeAll(() => {
  standIn = startAnthropic();
  home = makeClaudeHome(standIn.url);
});
afterAll(async () => {
  home[Symbol.dispose]();
  await standIn.close();
});

const real = (name: string, run: () => Promise<void>) => test(name, run, LIMIT_MS);
const inWork = (name: string) => join(home.work, name);
const of = <Type extends AgentMessage['type']>(type: Type, runner: RunnerProcess) =>
  runner.messages().filter((message): message is MessageOf<Type> & typeof message => message.type === type);
const isText = ({ kind }: { kind: string }) => kind === 'text';

/** Every delta's text by block, as an open block accumulates it. */
function streamed(runner: RunnerProcess): Map<string, string> {
  const blocks = new Map<string, string>();
  for (const { blockId, text } of runner.of('agent_delta')) blocks.set(blockId, (blocks.get(blockId) ?? '') + text);
  return blocks;
}

/** The processes that carry this session's mark, the runner among them. */
function processesOf(runner: RunnerProcess): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!(pid > 0)) return false;
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`AGOR_SESSION=${runner.sessionId}`);
      } catch {
        return false; // it has just ended, or is another user's
      }
    });
}

real('a prompt streams, asks before it writes, and the allowed file is on disk with a cost told', async () => {
  await using runner = await startRunner(home);
  const promptId = runner.prompt('write allowed.txt: written by the test');
  const ask = await runner.ask();
  expect(ask).toMatchObject({ kind: 'permission', toolName: 'Write', title: 'Write allowed.txt', alwaysScope: 'tool' });
  expect(existsSync(inWork('allowed.txt'))).toBe(false);
  runner.answer(ask, { kind: 'permission', decision: 'allow' });
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(readFileSync(inWork('allowed.txt'), 'utf8')).toBe('written by the test');

  expect(runner.of('prompt_accepted')).toMatchObject([{ promptId }]);
  expect(runner.of('agent_started')).toMatchObject([{ promptId }]);
  expect(runner.messages().flatMap(({ type }) => (type === 'usage' ? [] : [type]))).toEqual([
    'init',
    'thinking',
    'text',
    'tool_call',
    'tool_result',
    'text',
    'tool_call',
    'tool_result',
    'text',
    'cost',
  ]);
  // One for each call of the model: its whole answer counts, and the window that it left.
  const told = of('usage', runner);
  expect(told.map(({ spent }) => (spent?.outputTokens ?? 0) > 1)).toEqual([true, true, true]);
  const [cost] = of('cost', runner);
  expect(told.at(-1)?.content.contextTokens).toBe(cost?.content.contextTokens);
  expect(cost?.content.totalCostUsd).toBeGreaterThan(0);
  expect(cost?.content.contextTokens).toBeGreaterThan(1000);
  expect(of('tool_result', runner)[1]?.content.diffs).toMatchObject([{ path: 'allowed.txt', added: 1, change: 'add' }]);
});

real('what streams into a block is what its complete message says, and every block is closed', async () => {
  await using runner = await startRunner(home);
  runner.prompt('write streamed.txt: x');
  runner.answer(await runner.ask(), { kind: 'permission', decision: 'deny' });
  await runner.turnEnded();
  const blocks = streamed(runner);
  const messages = runner.messages();
  for (const [blockId, text] of blocks) {
    const [message, ...others] = messages.filter((each) => each.blockId === blockId);
    expect(others).toEqual([]);
    if (message?.type === 'text' || message?.type === 'thinking') expect(message.content.text).toBe(text);
    else expect(message?.type).toBe('tool_call');
  }
  expect(blocks.size).toBe(6);
});

real('a denied call leaves no file, and the model hears why', async () => {
  await using runner = await startRunner(home);
  runner.prompt('write denied.txt: never');
  runner.answer(await runner.ask(), { kind: 'permission', decision: 'deny', message: 'not in this house' });
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(existsSync(inWork('denied.txt'))).toBe(false);
  expect(of('tool_result', runner)[1]?.content).toMatchObject({ isError: true, output: 'not in this house' });
  expect(runner.texts().at(-1)).toBe('I did not write denied.txt.');
});

real('after "always" the same tool is not asked about again in this session', async () => {
  await using runner = await startRunner(home);
  runner.prompt('write always1.txt: 1');
  runner.answer(await runner.ask(), { kind: 'permission', decision: 'always' });
  await runner.turnEnded();
  runner.prompt('write always2.txt: 2');
  await runner.turnEnded(2);
  expect(runner.of('ask')).toHaveLength(1);
  expect(readFileSync(inWork('always2.txt'), 'utf8')).toBe('2');
});

real('a kept rule answers before the person is asked, but not for a file outside of the project', async () => {
  const rules = [{ id: 'rule-1', toolName: 'Write', once: false, decision: 'allow' as const }];
  await using runner = await startRunner(home, { rules });
  runner.prompt('write ruled.txt: by the rule');
  await runner.turnEnded();
  expect(runner.of('ask')).toEqual([]);
  expect(runner.of('rule_used')).toMatchObject([{ ruleId: 'rule-1' }]);
  expect(existsSync(inWork('ruled.txt'))).toBe(true);

  runner.prompt(`write ${home.root}/outside.txt: no`);
  const ask = await runner.ask();
  expect(ask).toMatchObject({ kind: 'permission', title: `Write ${home.root}/outside.txt`, alwaysScope: 'input' });
  runner.answer(ask, { kind: 'permission', decision: 'deny' });
  await runner.turnEnded(2);
  expect(existsSync(join(home.root, 'outside.txt'))).toBe(false);
});

real('a question reaches the person, and the answer the model', async () => {
  await using runner = await startRunner(home);
  runner.prompt('ask question');
  const ask = await runner.ask();
  expect(ask).toMatchObject({ kind: 'question', title: 'Which database should we use?' });
  runner.answer(ask, { kind: 'question', answers: { 'Which database should we use?': 'SQLite' } });
  await runner.turnEnded();
  expect(runner.texts().at(-1)).toContain('SQLite');
});

real('an approved plan goes on in the mode that was chosen with it, a rejected one stays a plan', async () => {
  await using runner = await startRunner(home, { permissionMode: 'plan' });
  runner.prompt('present plan');
  const first = await runner.ask();
  expect(first).toMatchObject({ kind: 'plan', plan: expect.stringContaining('1. Read the code') });
  runner.answer(first, { kind: 'plan', decision: 'reject', message: 'read more first' });
  await runner.turnEnded();
  expect(runner.texts().at(-1)).toBe('The plan stays a plan.');

  runner.prompt('present plan');
  runner.answer(await runner.ask(2), { kind: 'plan', decision: 'approve', mode: 'acceptEdits' });
  await runner.turnEnded(2);
  expect(runner.texts().at(-1)).toBe('The plan was approved.');
  expect(runner.of('agent_info').at(-1)?.permissionMode).toBe('acceptEdits');
  runner.prompt('write planned.txt: unasked', { permissionMode: 'acceptEdits' });
  await runner.turnEnded(3);
  expect(runner.of('ask')).toHaveLength(2);
  expect(existsSync(inWork('planned.txt'))).toBe(true);
});

real('an interrupt in mid-text keeps what was said, and the session goes on', async () => {
  await using runner = await startRunner(home);
  runner.prompt('slow 5000 pace 20');
  await runner.seen('agent_delta', isText, 3);
  runner.interrupt();
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'interrupted' });
  const [partial] = of('text', runner);
  expect(partial?.content.partial).toBe(true);
  expect(partial?.content.text).toBe([...streamed(runner).values()][0] ?? 'nothing streamed');
  runner.prompt('hello');
  expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'done' });
  expect(of('error', runner)).toEqual([]);
});

real('an interrupt in mid-tool leaves no process of the tool behind', async () => {
  await using runner = await startRunner(home);
  runner.prompt('loop');
  await runner.seen('agent_event', ({ event }) => JSON.stringify(event).includes('"tool_use"'));
  while (processesOf(runner).length < 3) await Bun.sleep(20); // runner, CLI and the shell; the test's own limit ends it
  runner.interrupt();
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'interrupted' });
  expect(of('tool_result', runner)[0]?.content).toMatchObject({ interrupted: true, isError: true });
  while (processesOf(runner).length > 2) await Bun.sleep(20);
});

real('an interrupt right behind the prompt still ends its turn', async () => {
  await using runner = await startRunner(home);
  runner.prompt('slow 5000 pace 20');
  runner.interrupt();
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'interrupted' });
  runner.prompt('slow 5000 pace 20');
  runner.interrupt();
  expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'interrupted' });
});

real('an interrupt takes an open ask back', async () => {
  await using runner = await startRunner(home);
  runner.prompt('write withdrawn.txt: no');
  const ask = await runner.ask();
  runner.interrupt();
  expect(await runner.seen('ask_withdrawn')).toMatchObject({ askId: ask.id });
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'interrupted' });
  expect(existsSync(inWork('withdrawn.txt'))).toBe(false);
});

real('prompts that come while a turn runs each get a turn of their own, in order', async () => {
  await using runner = await startRunner(home);
  const ids = [runner.prompt('gate own-turns'), runner.prompt('hello'), runner.prompt('and another')];
  await runner.seen('agent_delta', isText);
  standIn.release('own-turns');
  await runner.turnEnded(3);
  expect(runner.of('agent_started').map(({ promptId }) => promptId)).toEqual(ids);
  expect(runner.texts().slice(-2)).toEqual(['Hello. I am a scripted answer.', 'You said: and another']);
});

real('a session resumes by its id after the runner was killed, and its cost goes on adding up', async () => {
  const first = await startRunner(home);
  first.prompt('hello');
  await first.turnEnded();
  const id = first.of('agent_info').find((info) => info.providerSessionId)?.providerSessionId;
  first.prompt('gate never-released');
  await first.seen('agent_delta', isText);
  const left = processesOf(first).filter((pid) => pid !== first.pid);
  first.kill();
  await first.exited;
  for (const pid of left) process.kill(pid, 'SIGKILL'); // as the machine does

  await using second = await startRunner(home, { resumeSessionId: id });
  second.prompt('hello again');
  expect(await second.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(second.of('agent_info').at(-1)?.providerSessionId).toBe(id);
  const heard = JSON.stringify(standIn.requests.at(-1)?.body?.messages);
  expect(heard).toContain('Hello. I am a scripted answer.');

  const costs = second.messages(first).flatMap((message) => (message.type === 'cost' ? [message.content] : []));
  const spent = costs.map(({ costUsd }) => costUsd ?? 0);
  expect(costs.map(({ totalCostUsd }) => totalCostUsd)).toEqual([spent[0] ?? 0, (spent[0] ?? 0) + (spent[1] ?? 0)]);
});

real('a prompt that is sent again under its id is answered again', async () => {
  await using runner = await startRunner(home);
  const promptId = runner.prompt('hello');
  await runner.turnEnded();
  const line = {
    type: 'query' as const,
    sessionId: runner.sessionId,
    promptId,
    prompt: 'hello',
    images: [],
    steer: false,
  };
  runner.say({ ...line, options: runner.optionsWith({}) });
  expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'done' });
});

real('a conversation that is gone is told as such, and nothing new is begun in its place', async () => {
  await using runner = await startRunner(home, { resumeSessionId: '0b0e7c3c-0000-4000-8000-000000000000' });
  runner.prompt('hello');
  const error = await runner.seen('agent_error');
  expect(error.message).toContain('This conversation is gone');
  expect(error.message).toContain('Start a new session');
  expect(await runner.exited).toBe(1);
  expect(runner.of('prompt_accepted')).toEqual([]);
});

real('work in the background wakes the session for a turn that no prompt asked for', async () => {
  await using runner = await startRunner(home);
  const promptId = runner.prompt('subagent background');
  await runner.turnEnded(2);
  expect(runner.of('agent_started').map((started) => started.promptId)).toEqual([promptId, undefined]);
  expect(of('subagent', runner).map(({ content }) => content.state)).toEqual(['started', 'progress', 'done']);
  const call = of('tool_call', runner)[0];
  const inner = runner.messages().filter(({ parentId }) => parentId === call?.content.toolUseId);
  expect(inner.map(({ type }) => type)).toEqual(['thinking', 'tool_call', 'tool_result', 'text']);
  expect(of('tool_result', runner).find(({ parentId }) => parentId)?.content.output).toBe('from the subagent');
});

const failing: [string, object][] = [
  ['fail 401', { outcome: 'failed', class: 'auth' }],
  ['fail 429', { outcome: 'failed', class: 'rate_limit' }],
  ['fail 529', { outcome: 'failed', class: 'overloaded' }],
  ['fail billing', { outcome: 'failed', class: 'quota' }],
  ['fail 500', { outcome: 'failed', class: 'unknown' }],
];
test.each(failing)(
  '%s fails the turn with its class, says so once, and the session goes on',
  async (prompt, end) => {
    await using runner = await startRunner(home);
    runner.prompt(prompt);
    expect(await runner.turnEnded()).toMatchObject(end);
    expect(of('error', runner)).toHaveLength(1);
    expect(of('error', runner)[0]?.content).toMatchObject({ class: (end as { class: string }).class });
    runner.prompt('hello');
    expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'done' });
  },
  LIMIT_MS,
);

real('a retry is told while it waits', async () => {
  await using runner = await startRunner(home);
  runner.prompt('fail once');
  expect(await runner.seen('retrying')).toMatchObject({ attempt: 1, maxAttempts: 1, message: '500 server error' });
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
});

real('a connection that is cut in mid-answer loses nothing that was said', async () => {
  await using runner = await startRunner(home);
  runner.prompt('fail cut');
  await runner.turnEnded();
  expect(runner.texts()[0]).toBe([...streamed(runner).values()][0] ?? 'nothing streamed');
});

real('a model that is out of reach is a network failure', async () => {
  using lonely = makeClaudeHome('http://127.0.0.1:9');
  await using runner = await startRunner(lonely);
  runner.prompt('hello');
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'failed', class: 'network' });
});

real('a used-up quota is told with the time of its reset, and lifted when it is over', async () => {
  using subscribed = makeClaudeHome(standIn.url, { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'dummy' });
  await using runner = await startRunner(subscribed);
  runner.prompt('fail limit');
  const limited = await runner.seen('limited');
  expect(limited).toMatchObject({ limit: 'five_hour', lifted: false });
  expect(limited.resetsAt).toBeGreaterThan(Date.now());
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'failed', class: 'rate_limit' });
  runner.prompt('warn limit');
  expect(await runner.seen('limited', ({ lifted }) => lifted)).toMatchObject({ resetsAt: null });
  await runner.turnEnded(2);
});

real('without a key the person is told how to sign in', async () => {
  using unsigned = makeClaudeHome(standIn.url, { ANTHROPIC_API_KEY: '' });
  await using runner = await startRunner(unsigned);
  runner.prompt('hello');
  const error = await runner.seen('agent_error');
  expect(error).toMatchObject({ class: 'auth', message: expect.stringContaining('claude auth login` in a terminal') });
  expect(await runner.exited).toBe(1);
});

real('a missing program is told with how to install it', async () => {
  await using runner = await startRunner(home, { command: ['/nowhere/claude'] });
  runner.prompt('hello');
  const error = await runner.seen('agent_error');
  expect(error).toMatchObject({ class: 'not_installed', message: expect.stringContaining('agor providers install') });
});

real('a missing project folder is told as such', async () => {
  await using runner = await startRunner(home, { cwd: '/nowhere/at/all' });
  runner.prompt('hello');
  expect(await runner.seen('agent_error')).toMatchObject({ message: 'The folder /nowhere/at/all is missing.' });
});

real('a killed CLI ends the runner with what had streamed kept', async () => {
  await using runner = await startRunner(home);
  runner.prompt('slow 5000 pace 20');
  await runner.seen('agent_delta', isText, 3);
  for (const pid of processesOf(runner).filter((each) => each !== runner.pid)) process.kill(pid, 'SIGKILL');
  expect(await runner.seen('agent_error')).toMatchObject({ message: 'Claude Code was ended by SIGKILL.' });
  expect(runner.of('turn_ended')).toMatchObject([{ outcome: 'failed' }]);
  expect(of('text', runner)[0]?.content).toMatchObject({ partial: true });
  expect(await runner.exited).toBe(1);
});

real('an image goes with a prompt; one of a type that Claude cannot read fails its turn only', async () => {
  await using runner = await startRunner(home);
  runner.prompt('image please', { images: [{ kind: 'inline', mediaType: 'image/png', data: PIXEL }] });
  await runner.turnEnded();
  expect(runner.texts().at(-1)).toBe('Received image/png, 70 bytes.');
  runner.prompt('image please', { images: [{ kind: 'inline', mediaType: 'image/tiff', data: PIXEL }] });
  expect(await runner.turnEnded(2)).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('image/tiff'),
  });
});

real('a conversation is compacted on request', async () => {
  await using runner = await startRunner(home);
  runner.prompt('hello');
  await runner.turnEnded();
  runner.prompt('slow 20 pace 0');
  await runner.turnEnded(2);
  runner.prompt('/compact');
  expect(await runner.turnEnded(3)).toMatchObject({ outcome: 'done' });
  expect(of('compaction', runner)).toMatchObject([{ content: { trigger: 'manual' } }]);
});

real('model and permission mode change from one prompt to the next', async () => {
  await using runner = await startRunner(home);
  runner.prompt('hello');
  await runner.turnEnded();
  runner.prompt('write moded.txt: unasked', { model: 'claude-haiku-4-5', permissionMode: 'acceptEdits' });
  await runner.turnEnded(2);
  expect(runner.of('ask')).toEqual([]);
  expect(standIn.requests.at(-1)?.body?.model).toContain('haiku');
  runner.prompt('hello', { model: 'claude-haiku-4-5', permissionMode: 'bypassPermissions' });
  expect(await runner.seen('error')).toMatchObject({ message: expect.stringContaining('bypass') });
  await runner.turnEnded(3);
});

real('bypassing permissions holds only for a session that was started so', async () => {
  await using runner = await startRunner(home, { permissionMode: 'bypassPermissions' });
  runner.prompt('write bypassed.txt: unasked');
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(runner.of('ask')).toEqual([]);
  expect(existsSync(inWork('bypassed.txt'))).toBe(true);
});

real('what the agent can do is told as soon as it runs', async () => {
  await using runner = await startRunner(home);
  runner.open();
  const info = await runner.seen('agent_info');
  expect(info.models?.map(({ id }) => id)).toContain('default');
  expect(info.commands?.map(({ name }) => name)).toContain('compact');
});

real('stopping in mid-tool leaves no process behind', async () => {
  const runner = await startRunner(home);
  runner.prompt('loop');
  await runner.seen('agent_event', ({ event }) => JSON.stringify(event).includes('"tool_use"'));
  while (processesOf(runner).length < 3) await Bun.sleep(20);
  expect(await runner.stop()).toBe(0);
  expect(runner.of('turn_ended')).toMatchObject([{ outcome: 'interrupted' }]);
  while (processesOf(runner).length > 0) await Bun.sleep(20);
});

real('the end of stdin ends everything', async () => {
  const runner = await startRunner(home);
  runner.prompt('hello');
  await runner.turnEnded();
  runner.endInput();
  expect(await runner.exited).toBe(0);
  expect(processesOf(runner)).toEqual([]);
});
