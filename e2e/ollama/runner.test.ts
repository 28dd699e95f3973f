import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentMessage, HistoryItem, MessageOf } from '@agor/protocol';
import { processesWithEnv } from '@agor/runtime';
import { until } from '@agor/runtime/testing';
import { type ModelStandIn, startOllama } from '../standins/ollama.ts';
import type { RunnerProcess } from '../standins/runner-process.ts';
import { type LoopHome, makeLoopHome, startLoop } from './start-runner.ts';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Far more than it takes; other work may hold the processors. */
setDefaultTimeout(60_000);

let standIn: ModelStandIn;
let home: LoopHome;

beforeAll(() => {
  standIn = startOllama();
  home = makeLoopHome({ OLLAMA_HOST: standIn.url });
});
afterAll(async () => {
  home[Symbol.dispose]();
  await standIn.close();
});

const inWork = (name: string) => join(home.work, name);
const of = <Type extends AgentMessage['type']>(type: Type, runner: RunnerProcess) =>
  runner.messages().filter((message): message is MessageOf<Type> & typeof message => message.type === type);
const allow = { kind: 'permission', decision: 'allow' } as const;
const lastBody = () => standIn.requests.findLast(({ path }) => path === '/api/chat')?.body as Record<string, unknown>;

/** Every delta's text by block, as an open block accumulates it. */
function streamed(runner: RunnerProcess): Map<string, string> {
  const blocks = new Map<string, string>();
  for (const { blockId, text } of runner.of('agent_delta')) blocks.set(blockId, (blocks.get(blockId) ?? '') + text);
  return blocks;
}

test('a turn streams, runs a command and writes a file after asking for each', async () => {
  await using runner = startLoop(home);
  const promptId = runner.prompt('write allowed.txt: written by the test');
  const command = await runner.ask();
  expect(command).toMatchObject({ toolName: 'Bash', title: 'Run: echo hi && pwd', alwaysScope: 'input' });
  runner.answer(command, allow);
  const write = await runner.ask(2);
  expect(write).toMatchObject({ toolName: 'Write', title: 'Write allowed.txt', alwaysScope: 'tool' });
  expect(existsSync(inWork('allowed.txt'))).toBe(false);
  runner.answer(write, allow);
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(readFileSync(inWork('allowed.txt'), 'utf8')).toBe('written by the test');

  expect(runner.of('prompt_accepted')).toMatchObject([{ promptId }]);
  expect(runner.of('agent_started')).toMatchObject([{ promptId }]);
  expect(runner.messages().map(({ type }) => type)).toEqual([
    'init',
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
  const [shell, written] = of('tool_result', runner);
  expect(shell?.content).toMatchObject({ output: `hi\n${home.work}\n`, exitCode: 0 });
  expect(written?.content.diffs).toMatchObject([{ path: 'allowed.txt', added: 1, change: 'add' }]);
  const [cost] = of('cost', runner);
  expect(cost?.content).toMatchObject({ totalCostUsd: 0, numTurns: 3, contextWindow: 32_768 });
  expect(cost?.content.contextTokens).toBeGreaterThan(100);
});

test('what streams into a block is what its complete message says, and every block is closed', async () => {
  await using runner = startLoop(home, { controls: { thinking: 'on' }, permissionMode: 'bypassPermissions' });
  runner.prompt('write streamed.txt: x');
  await runner.turnEnded();
  const messages = runner.messages();
  const blocks = streamed(runner);
  for (const [blockId, text] of blocks) {
    const [message, ...others] = messages.filter((each) => each.blockId === blockId);
    expect(others).toEqual([]);
    if (message?.type === 'text' || message?.type === 'thinking') expect(message.content.text).toBe(text);
    else if (message?.type === 'tool_result') expect(message.content.output).toBe(text);
    else throw new Error(`the block ${blockId} was completed by ${message?.type}`);
  }
  expect(blocks.size).toBe(5);
  expect(runner.of('ask')).toEqual([]);
});

test('a denied call changes nothing, and the model hears why', async () => {
  await using runner = startLoop(home);
  runner.prompt('create denied.txt: never');
  runner.answer(await runner.ask(), { kind: 'permission', decision: 'deny', message: 'not in this house' });
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(existsSync(inWork('denied.txt'))).toBe(false);
  expect(of('tool_result', runner)[0]?.content).toMatchObject({ isError: true });
  expect(JSON.stringify(lastBody())).toContain('not in this house');
  expect(runner.texts()).toEqual(['I did not create denied.txt.']);
});

test('an edit is asked for with what changes, and comes with its diff', async () => {
  writeFileSync(inWork('edited.txt'), 'one\ntwo\nthree\n');
  await using runner = startLoop(home);
  runner.prompt('edit edited.txt replace two with 2');
  const ask = await runner.ask();
  expect(ask).toMatchObject({
    toolName: 'Edit',
    input: { file_path: 'edited.txt', old_string: 'two', new_string: '2' },
  });
  runner.answer(ask, allow);
  await runner.turnEnded();
  expect(readFileSync(inWork('edited.txt'), 'utf8')).toBe('one\n2\nthree\n');
  expect(of('tool_result', runner)[1]?.content.diffs).toMatchObject([{ added: 1, removed: 1, change: 'update' }]);
});

test('an edit that cannot succeed is not asked for', async () => {
  writeFileSync(inWork('other.txt'), 'nothing of the kind\n');
  await using runner = startLoop(home);
  runner.prompt('edit other.txt replace two with 2');
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(runner.of('ask')).toEqual([]);
  expect(of('tool_result', runner)[1]?.content.output).toContain('does not stand in other.txt');
});

test('accepted edits go through unasked, in the project only', async () => {
  symlinkSync('/tmp', inWork('out'));
  await using runner = startLoop(home, { permissionMode: 'acceptEdits' });
  runner.prompt('create accepted.txt: yes');
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(runner.of('ask')).toEqual([]);
  for (const [n, path] of [
    '../outside.txt',
    '/tmp/outside.txt',
    'out/outside.txt',
    '.git/hooks/pre-commit',
  ].entries()) {
    runner.prompt(`create ${path}: no`);
    const ask = await runner.ask(n + 1);
    expect(ask).toMatchObject({ toolName: 'Write (guarded place)', alwaysScope: 'input' });
    runner.answer(ask, { kind: 'permission', decision: 'deny' });
    await runner.turnEnded(n + 2);
  }
});

test('what lies in the project is read unasked, what lies elsewhere is asked for', async () => {
  writeFileSync(inWork('inside.txt'), 'inside\n');
  await using runner = startLoop(home);
  runner.prompt('edit inside.txt replace inside with within');
  expect((await runner.ask()).kind === 'permission' && (await runner.ask())).toMatchObject({ toolName: 'Edit' });
  runner.answer(await runner.ask(), allow);
  await runner.turnEnded();
  runner.prompt('edit /etc/hostname replace a with b');
  const ask = await runner.ask(2);
  expect(ask).toMatchObject({ toolName: 'Read', reason: '/etc/hostname is outside of the project' });
  runner.answer(ask, { kind: 'permission', decision: 'deny' });
  await runner.turnEnded(2);
});

test('an allowed "always" is not asked again in this session, and a rule of the project not at all', async () => {
  await using runner = startLoop(home, {
    rules: [{ id: 'r1', toolName: 'Bash', inputJson: '{"command":"echo by rule"}', once: false, decision: 'allow' }],
  });
  runner.prompt('run: echo twice');
  runner.answer(await runner.ask(), { kind: 'permission', decision: 'always' });
  await runner.turnEnded();
  runner.prompt('run: echo twice');
  await runner.turnEnded(2);
  runner.prompt('run: echo by rule');
  await runner.turnEnded(3);
  expect(runner.of('ask')).toHaveLength(1);
  expect(runner.of('rule_used')).toMatchObject([{ ruleId: 'r1' }]);
  expect(runner.texts()).toEqual(['It printed: twice\n', 'It printed: twice\n', 'It printed: by rule\n']);
});

test('plan mode offers only what reads, and an approved plan is carried out in the chosen mode', async () => {
  await using runner = startLoop(home, { permissionMode: 'plan' });
  runner.prompt('hello');
  await runner.turnEnded();
  const tools = (lastBody().tools as { function: { name: string } }[]).map((tool) => tool.function.name);
  expect(tools).toEqual(['Read', 'List', 'Glob', 'Grep', 'PresentPlan']);
  runner.prompt('run: touch planned.txt');
  expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'done' });
  expect(existsSync(inWork('planned.txt'))).toBe(false);

  runner.prompt('present plan');
  const first = await runner.ask();
  expect(first).toMatchObject({ kind: 'plan', plan: expect.stringContaining('touch approved.txt') });
  runner.answer(first, { kind: 'plan', decision: 'reject', message: 'not yet' });
  await runner.turnEnded(3);
  expect(runner.texts().at(-1)).toContain('not yet');
  runner.prompt('present plan');
  runner.answer(await runner.ask(2), { kind: 'plan', decision: 'approve', mode: 'bypassPermissions' });
  expect(await runner.turnEnded(4)).toMatchObject({ outcome: 'done' });
  expect(existsSync(inWork('approved.txt'))).toBe(true);
  expect(runner.of('agent_info').at(-1)).toMatchObject({ permissionMode: 'bypassPermissions' });
});

test('an interrupt ends a running command with all that it started, and the next prompt is answered', async () => {
  await using runner = startLoop(home, { permissionMode: 'bypassPermissions' });
  runner.prompt('run: (setsid sleep 300 &) ; sleep 300 & echo started; exec sleep 300');
  await runner.seen('agent_delta', ({ text }) => text.includes('started'));
  const marked = () => processesWithEnv('AGOR_SESSION', runner.sessionId).filter((pid) => pid !== runner.pid);
  expect(marked().length).toBeGreaterThanOrEqual(3);
  runner.interrupt();
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'interrupted' });
  expect(marked()).toEqual([]);
  expect(of('tool_result', runner)[0]?.content).toMatchObject({ interrupted: true });
  runner.prompt('hello');
  expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'done' });
});

test('an interrupt in the middle of an answer keeps what was said and hangs up on the server', async () => {
  await using runner = startLoop(home);
  runner.prompt('gate interrupted');
  await runner.seen('agent_delta', ({ text }) => text.includes('Before'));
  await until('the stream waits at the gate', () => standIn.waitingAt('interrupted') === 1);
  runner.interrupt();
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'interrupted' });
  await until('the server saw the client leave', () => standIn.waitingAt('interrupted') === 0);
  expect(of('text', runner)[0]?.content).toMatchObject({ text: 'Before the gate. ', partial: true });
});

test('an interrupt takes an open ask back', async () => {
  await using runner = startLoop(home);
  runner.prompt('run: echo never');
  const ask = await runner.ask();
  runner.interrupt();
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'interrupted' });
  expect(runner.of('ask_withdrawn')).toMatchObject([{ askId: ask.id }]);
});

test('a message that steers reaches the turn that runs', async () => {
  await using runner = startLoop(home);
  runner.prompt('run: echo first');
  const ask = await runner.ask();
  const steered = runner.steer('hello, and also this');
  await runner.seen('prompt_accepted', ({ promptId }) => promptId === steered);
  runner.answer(ask, allow);
  await runner.turnEnded();
  expect(runner.of('agent_started')).toHaveLength(1);
  expect(runner.texts()).toEqual(['Hello. I am a scripted answer.']);
  const roles = (lastBody().messages as { role: string; content: string }[]).map(({ role }) => role);
  expect(roles).toEqual(['system', 'user', 'assistant', 'tool', 'user']);
  runner.steer('hello again');
  expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'done' });
});

test('after kill -9 another process goes on from the history, with broken calls mended', async () => {
  const first = startLoop(home);
  first.prompt('run: echo one');
  await first.ask();
  first.kill();
  await first.exited;
  await first[Symbol.asyncDispose]();
  const history: HistoryItem[] = [
    { kind: 'user', text: 'run: echo zero' },
    { kind: 'assistant', text: 'On it.' },
    { kind: 'toolCall', toolUseId: 'c0', name: 'Bash', input: { command: 'echo zero' } },
    { kind: 'toolResult', toolUseId: 'c0', output: 'zero', isError: false },
    { kind: 'user', text: 'run: echo one' },
    { kind: 'toolCall', toolUseId: 'c1', name: 'Bash', input: { command: 'echo one' } },
  ];
  await using second = startLoop(home, { history, resumeSessionId: 'conversation-7' });
  second.prompt('hello');
  expect(await second.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(second.of('agent_info')[0]).toMatchObject({ providerSessionId: 'conversation-7' });
  const messages = lastBody().messages as { role: string; content: string; tool_name?: string }[];
  expect(messages.map(({ role }) => role).join(' ')).toBe('system user assistant tool user assistant tool user');
  expect(messages[3]).toMatchObject({ content: 'zero', tool_name: 'Bash' });
  expect(messages[6]?.content).toContain('cut off');
  const ids = [...first.messages(), ...second.messages()].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('images go to a model that sees, and one that does not is not given them', async () => {
  const image = { kind: 'inline', mediaType: 'image/png', data: PIXEL } as const;
  await using runner = startLoop(home, { model: 'llama3.2-vision:11b' });
  runner.prompt('image', { images: [image] });
  await runner.turnEnded();
  expect(runner.texts()).toEqual(['Received image/*, 70 bytes.']);
  runner.prompt('image', { images: [image], model: 'qwen3:8b' });
  expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'failed', message: expect.stringContaining("can't see") });
});

test('a command that floods keeps beginning and end, and the model gets what its window has room for', async () => {
  await using runner = startLoop(home, { permissionMode: 'bypassPermissions' });
  runner.prompt('big output');
  await runner.turnEnded();
  const output = of('tool_result', runner)[0]?.content.output ?? '';
  expect(output).toStartWith('line 000001');
  expect(output).toContain('line 011000');
  const last = (lastBody().messages as { content: string }[]).at(-1);
  expect(last?.content.length).toBeLessThan(32_000);
  expect(last?.content).toContain('characters left out');
});

test('the runner ends at once when its stdin ends, and leaves nothing', async () => {
  await using runner = startLoop(home, { permissionMode: 'bypassPermissions' });
  runner.prompt('run: setsid sleep 300 & echo started; sleep 300');
  await runner.seen('agent_delta', ({ text }) => text.includes('started'));
  runner.endInput();
  expect(await runner.exited).toBe(0);
  expect(processesWithEnv('AGOR_SESSION', runner.sessionId)).toEqual([]);
});
