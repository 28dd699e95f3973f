import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentMessage, MessageOf } from '@agor/protocol';
import { type CodexHome, makeCodexHome } from '../standins/codex-home.ts';
import { type ResponsesStandIn, startResponses } from '../standins/responses.ts';
import { processesOf, type RunnerProcess } from '../standins/runner-process.ts';
import { vendorCli } from '../standins/vendor-cli.ts';
import { MODEL, startRunner } from './start-runner.ts';

/** Codex starts in half a second on two cores; the first read of its 0.3 GB may take many. */
const LIMIT_MS = 90_000;
/** One red pixel: Codex looks at what it is given. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

let standIn: ResponsesStandIn;
let home: CodexHome;

beforeAll(async () => {
  await vendorCli('codex');
  standIn = startResponses();
  home = makeCodexHome(standIn);
}, 600_000);
afterAll(async () => {
  home[Symbol.dispose]();
  await standIn.close();
});

const real = (name: string, run: () => Promise<void>) => test(name, run, LIMIT_MS);
const inWork = (name: string) => join(home.work, name);
const of = <Type extends AgentMessage['type']>(type: Type, runner: RunnerProcess) =>
  runner.messages().filter((message): message is MessageOf<Type> & typeof message => message.type === type);
const isText = ({ kind }: { kind: string }) => kind === 'text';
const isOutput = ({ kind }: { kind: string }) => kind === 'toolOutput';
const allow = { kind: 'permission', decision: 'allow' } as const;
const deny = { kind: 'permission', decision: 'deny' } as const;

/** Every delta's text by block, as an open block accumulates it. */
function streamed(runner: RunnerProcess): Map<string, string> {
  const blocks = new Map<string, string>();
  for (const { blockId, text } of runner.of('agent_delta')) blocks.set(blockId, (blocks.get(blockId) ?? '') + text);
  return blocks;
}

/** The conversation's id as Codex knows it. */
function threadOf(runner: RunnerProcess): string {
  const id = runner.of('agent_info').find((info) => info.providerSessionId)?.providerSessionId;
  if (!id) throw new Error('no thread was told');
  return id;
}

const started = async (runner: RunnerProcess) => {
  await runner.seen('agent_delta', isOutput);
};

real('a prompt streams, asks before it writes, and the allowed file is on disk', async () => {
  await using runner = await startRunner(home);
  const promptId = runner.prompt('write allowed.txt: written by the test');
  const ask = await runner.ask();
  expect(ask).toMatchObject({
    kind: 'permission',
    toolName: 'apply_patch',
    title: 'Write allowed.txt',
    input: { path: 'allowed.txt', patch: '@@ -0,0 +1,1 @@\n+written by the test\n' },
    alwaysScope: 'tool',
  });
  expect(existsSync(inWork('allowed.txt'))).toBe(false);
  runner.answer(ask, allow);
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(readFileSync(inWork('allowed.txt'), 'utf8')).toBe('written by the test\n');

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
  const [cost] = of('cost', runner);
  expect(cost?.content).toMatchObject({ totalCostUsd: 0, isError: false, contextWindow: 258_400 });
  expect(cost?.content.outputTokens).toBeGreaterThan(0);
  expect(of('tool_result', runner)[1]?.content.diffs).toMatchObject([{ path: 'allowed.txt', added: 1, change: 'add' }]);
});

real('what streams into a block is what its complete message says, and every block is closed', async () => {
  await using runner = await startRunner(home);
  runner.prompt('write streamed.txt: x');
  runner.answer(await runner.ask(), deny);
  await runner.turnEnded();
  const blocks = streamed(runner);
  for (const [blockId, text] of blocks) {
    const [message, ...others] = runner.messages().filter((each) => each.blockId === blockId);
    expect(others).toEqual([]);
    if (message?.type === 'tool_result') expect(message.content.output).toBe(text);
    else expect(message?.type === 'text' || message?.type === 'thinking' ? message.content.text : null).toBe(text);
  }
  // Of a command that has nothing more to say when Codex begins to listen nothing flows.
  expect(blocks.size).toBeGreaterThanOrEqual(4);
});

real('a denied patch leaves no file, and the model hears why', async () => {
  await using runner = await startRunner(home);
  runner.prompt('write denied.txt: never');
  runner.answer(await runner.ask(), { ...deny, message: 'hello instead' });
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(existsSync(inWork('denied.txt'))).toBe(false);
  expect(of('tool_result', runner)[1]?.content).toMatchObject({
    isError: true,
    output: 'This was not allowed.',
  });
  expect(runner.texts().at(-1)).toBe('Hello. I am a scripted answer.');
});

real('a command is asked about with its words, its output flows, and its exit code is told', async () => {
  await using runner = await startRunner(home);
  runner.prompt('run: for i in 1 2 3; do echo line $i; sleep 0.2; done; exit 3');
  const ask = await runner.ask();
  expect(ask).toMatchObject({
    toolName: 'shell',
    title: 'Run: for i in 1 2 3; do echo line $i; sleep 0.2; done; exit 3',
  });
  runner.answer(ask, allow);
  await runner.turnEnded();
  const [call] = of('tool_call', runner);
  const [result] = of('tool_result', runner);
  expect(call?.content).toMatchObject({ name: 'shell', kind: 'execute', toolUseId: ask.toolUseId });
  expect(result?.content).toMatchObject({ output: 'line 1\nline 2\nline 3\n', exitCode: 3, isError: true });
  // What a command says before Codex listens comes with its end only.
  const output = runner.of('agent_delta').filter(isOutput);
  expect(output.map(({ text }) => text).join('')).toEndWith('line 2\nline 3\n');
  expect(output.every(({ toolUseId }) => toolUseId === ask.toolUseId)).toBe(true);
});

real(
  'commands that only read in the project are not asked about; a command that the person changes is not run',
  async () => {
    writeFileSync(inWork('note.md'), 'a note\n');
    await using runner = await startRunner(home);
    runner.prompt('run: cat note.md');
    await runner.turnEnded();
    expect(runner.of('ask')).toEqual([]);
    expect(of('tool_result', runner)[0]?.content.output).toBe('a note\n');
    runner.prompt('run: touch first.txt');
    runner.answer(await runner.ask(), { ...allow, updatedInput: { command: 'touch second.txt' } });
    await runner.turnEnded(2);
    expect(existsSync(inWork('first.txt'))).toBe(false);
    expect(runner.texts().at(-1)).toContain('Run this one instead: touch second.txt');
  },
);

real('an edit shows what it changes, and an "always" holds for the next one', async () => {
  writeFileSync(inWork('edit.txt'), 'alpha\nbeta\n');
  await using runner = await startRunner(home);
  runner.prompt('edit edit.txt replace beta with gamma');
  const ask = await runner.ask();
  expect(ask).toMatchObject({ title: 'Edit edit.txt', alwaysLabel: 'Always allow changes of files in this project' });
  runner.answer(ask, { kind: 'permission', decision: 'always' });
  await runner.turnEnded();
  expect(readFileSync(inWork('edit.txt'), 'utf8')).toBe('alpha\ngamma\n');
  const [, patched] = of('tool_result', runner);
  expect(patched?.content.diffs).toMatchObject([{ path: 'edit.txt', added: 1, removed: 1, change: 'update' }]);
  runner.prompt('edit edit.txt replace gamma with delta');
  await runner.turnEnded(2);
  expect(runner.of('ask')).toHaveLength(1);
  expect(readFileSync(inWork('edit.txt'), 'utf8')).toBe('alpha\ndelta\n');
});

real('a kept rule answers before the person is asked, but not for a file outside of the project', async () => {
  const rules = [{ id: 'rule-1', toolName: 'apply_patch', once: false, decision: 'allow' as const }];
  await using runner = await startRunner(home, { rules });
  runner.prompt('write ruled.txt: by the rule');
  await runner.turnEnded();
  expect(runner.of('ask')).toEqual([]);
  expect(runner.of('rule_used')).toMatchObject([{ ruleId: 'rule-1' }]);
  runner.prompt(`write ${home.root}/outside.txt: no`);
  const ask = await runner.ask();
  expect(ask).toMatchObject({ toolName: 'apply_patch (outside of the project)', alwaysScope: 'input' });
  runner.answer(ask, deny);
  await runner.turnEnded(2);
  expect(existsSync(join(home.root, 'outside.txt'))).toBe(false);
});

real('"always" for a command becomes a rule of Codex’s own, and says so', async () => {
  await using runner = await startRunner(home);
  runner.prompt('run: touch always.txt');
  const ask = await runner.ask();
  expect(ask).toMatchObject({ alwaysLabel: expect.stringContaining('`touch always.txt` in every project') });
  runner.answer(ask, { kind: 'permission', decision: 'always' });
  await runner.turnEnded();
  expect(readFileSync(join(home.env.CODEX_HOME ?? '', 'rules', 'default.rules'), 'utf8')).toContain('always.txt');
});

real('accepted edits are not asked about, commands are; bypassed permissions ask nothing', async () => {
  await using runner = await startRunner(home, { permissionMode: 'acceptEdits' });
  runner.prompt('write accepted.txt: unasked', { permissionMode: 'acceptEdits' });
  await runner.turnEnded();
  expect(existsSync(inWork('accepted.txt'))).toBe(true);
  runner.prompt('run: touch asked.txt', { permissionMode: 'acceptEdits' });
  runner.answer(await runner.ask(), deny);
  await runner.turnEnded(2);
  expect(existsSync(inWork('asked.txt'))).toBe(false);
  runner.prompt(`run: touch ${home.root}/bypassed.txt`, { permissionMode: 'bypassPermissions' });
  await runner.turnEnded(3);
  expect(runner.of('ask')).toHaveLength(1);
  expect(existsSync(join(home.root, 'bypassed.txt'))).toBe(true);
});

real('where Codex’s own sandbox stands in for ours it holds commands, unasked; inside of ours it is off', async () => {
  const sandbox = { enabled: true, ports: [], paths: [] };
  await using bare = await startRunner(home, { sandbox });
  bare.prompt(`run: touch inside.txt; touch ${home.root}/escaped.txt`);
  await bare.turnEnded();
  expect(bare.of('ask')).toEqual([]);
  // Codex tells no item of a command that its sandbox ends at once.
  expect(bare.texts().at(-1)).toContain('Read-only file system');
  expect([existsSync(inWork('inside.txt')), existsSync(join(home.root, 'escaped.txt'))]).toEqual([true, false]);
  await using confined = await startRunner(home, { sandbox, confined: true });
  confined.prompt(`run: touch ${home.root}/ours.txt`);
  confined.answer(await confined.ask(), allow);
  await confined.turnEnded();
  expect(existsSync(join(home.root, 'ours.txt'))).toBe(true);
});

real(
  'a plan is put to the person: rejected with words it is made again, approved it is carried out in the chosen mode',
  async () => {
    await using runner = await startRunner(home, { permissionMode: 'plan' });
    runner.prompt('present plan');
    const first = await runner.ask();
    expect(first).toMatchObject({ kind: 'plan', plan: expect.stringContaining('1. Read the code') });
    runner.answer(first, { kind: 'plan', decision: 'reject', message: 'present plan once more' });
    const second = await runner.ask(2);
    runner.answer(second, { kind: 'plan', decision: 'approve', mode: 'acceptEdits' });
    expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
    expect(runner.of('turn_ended')).toHaveLength(1);
    expect(runner.texts().at(-1)).toBe('You said: The plan is approved: implement it.');
    expect(runner.of('agent_info').at(-1)?.permissionMode).toBe('acceptEdits');
  },
);

real('a question reaches the person, and the answer the model', async () => {
  await using runner = await startRunner(home, { permissionMode: 'plan' });
  runner.prompt('ask question');
  const ask = await runner.ask();
  expect(ask).toMatchObject({ kind: 'question', title: 'Which database should we use?' });
  runner.answer(ask, { kind: 'question', answers: { 'Which database should we use?': 'SQLite' } });
  await runner.turnEnded();
  expect(runner.texts().at(-1)).toContain('SQLite');
});

real('a prompt that steers changes the running turn; without one it is a prompt like others', async () => {
  await using runner = await startRunner(home);
  runner.prompt('gate steer');
  await runner.seen('agent_delta', isText);
  const steering = runner.prompt('hello', { steer: true });
  await runner.seen('prompt_accepted', ({ promptId }) => promptId === steering);
  standIn.release('steer');
  await runner.turnEnded();
  // Codex cuts the answer off where it stands and asks the model anew; what had come by then may be more than the first words.
  const [first, ...rest] = runner.texts();
  expect(first).toStartWith('Before the gate. ');
  expect(rest.filter((text) => text !== 'After the gate.')).toEqual(['Hello. I am a scripted answer.']);
  runner.prompt('hello', { steer: true });
  await runner.turnEnded(2);
  expect(runner.of('agent_started')).toHaveLength(2);
});

real('an interrupt in mid-text keeps what was said, and the session goes on', async () => {
  await using runner = await startRunner(home);
  runner.prompt('slow 5000 pace 20');
  await runner.seen('agent_delta', isText, 3);
  runner.interrupt();
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'interrupted' });
  const [partial] = of('text', runner);
  expect(partial?.content).toMatchObject({ partial: true, text: [...streamed(runner).values()][0] });
  runner.prompt('hello');
  expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'done' });
  expect(of('error', runner)).toEqual([]);
});

real('an interrupt in mid-command leaves no process of the command behind', async () => {
  await using runner = await startRunner(home, { permissionMode: 'bypassPermissions' });
  runner.prompt('run: setsid sleep 300 & while true; do echo tick; sleep 0.2; done');
  await started(runner);
  const before = processesOf(runner).length;
  runner.interrupt();
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'interrupted' });
  expect(before).toBeGreaterThan(2);
  expect(processesOf(runner)).toHaveLength(2); // the runner and Codex
  expect(of('tool_result', runner)[0]?.content).toMatchObject({ interrupted: true, isError: true });
  expect(of('tool_result', runner)).toHaveLength(1);
});

real('an interrupt right behind the prompt still ends its turn', async () => {
  await using runner = await startRunner(home);
  for (const turn of [1, 2]) {
    runner.prompt('slow 5000 pace 20');
    runner.interrupt();
    expect(await runner.turnEnded(turn)).toMatchObject({ outcome: 'interrupted' });
  }
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

real('a session resumes by its id after the runner was killed, with its policies', async () => {
  const first = await startRunner(home);
  first.prompt('hello');
  await first.turnEnded();
  first.prompt('gate never-released');
  await first.seen('agent_delta', isText, 2);
  const left = processesOf(first).filter((pid) => pid !== first.pid);
  first.kill();
  await first.exited;
  while (left.some((pid) => existsSync(`/proc/${pid}`))) await Bun.sleep(20); // Codex ends with its stdin
  await using second = await startRunner(home, { resumeSessionId: threadOf(first) });
  second.prompt('write resumed.txt: after the kill');
  second.answer(await second.ask(), allow);
  expect(await second.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(threadOf(second)).toBe(threadOf(first));
  const body = JSON.stringify(standIn.requests.at(-1)?.body?.input);
  expect(body).toContain('Hello. I am a scripted answer.');
  expect(existsSync(inWork('resumed.txt'))).toBe(true);
  const inputs = of('cost', second).map(({ content }) => content.inputTokens);
  expect(inputs[0]).toBeLessThan(20_000);
});

real('a fork goes on with the conversation under an id of its own', async () => {
  await using first = await startRunner(home);
  first.prompt('say pineapple');
  await first.turnEnded();
  await using fork = await startRunner(home, { resumeSessionId: threadOf(first), forkSession: true });
  fork.prompt('hello');
  await fork.turnEnded();
  expect(threadOf(fork)).not.toBe(threadOf(first));
  expect(JSON.stringify(standIn.requests.at(-1)?.body?.input)).toContain('pineapple');
});

real('a conversation that is gone is told as such', async () => {
  await using runner = await startRunner(home, { resumeSessionId: '01a20524-0000-7000-8000-000000000000' });
  runner.prompt('hello');
  expect(await runner.seen('agent_error')).toMatchObject({
    message: expect.stringContaining('This conversation is gone'),
  });
});

real('a conversation is compacted on request', async () => {
  await using runner = await startRunner(home);
  runner.prompt('slow 200 pace 0');
  await runner.turnEnded();
  const compacting = runner.prompt('/compact');
  expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'done' });
  expect(runner.of('agent_started')[1]).toMatchObject({ promptId: compacting });
  expect(of('compaction', runner)).toMatchObject([{ content: { trigger: 'manual' } }]);
  runner.prompt('hello');
  expect(await runner.turnEnded(3)).toMatchObject({ outcome: 'done' });
});

test.each([
  ['fail 401', { class: 'auth' }],
  ['fail 429', { class: 'rate_limit' }],
  ['fail 500', { class: 'unknown' }],
  ['fail 503', { class: 'overloaded' }],
  ['fail 400', { class: 'unknown', message: expect.stringContaining('scripted failure 400') }],
  ['fail quota', { class: 'quota' }],
  ['fail limit', { class: 'quota' }],
  ['fail context', { class: 'unknown', message: expect.stringContaining('/compact') }],
  ['fail overloaded', { class: 'overloaded' }],
  ['fail cut', { class: 'network' }],
])(
  '%s ends its turn in the right class, and the session goes on',
  async (prompt, expected) => {
    await using runner = await startRunner(home);
    runner.prompt(prompt);
    expect(await runner.turnEnded()).toMatchObject({ outcome: 'failed', ...expected });
    expect(of('error', runner)).toHaveLength(1);
    runner.prompt('hello');
    expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'done' });
  },
  LIMIT_MS,
);

real('a failure that goes away is told as a wait', async () => {
  await using runner = await startRunner(home);
  runner.prompt('fail cut');
  expect(await runner.seen('retrying')).toMatchObject({ attempt: 1, maxAttempts: 1 });
  await runner.turnEnded();
});

real('a model that is out of reach is a network failure', async () => {
  using lonely = makeCodexHome({ url: 'http://127.0.0.1:9/v1' });
  await using runner = await startRunner(lonely);
  runner.prompt('hello');
  const waits = () => runner.seen('retrying', ({ attempt }) => attempt === 2);
  // It waits for the network for as long as the person does.
  expect(await waits()).toMatchObject({ class: 'network', message: expect.stringContaining('Connection failed') });
  runner.interrupt();
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'interrupted' });
});

real('quota windows are told; a used-up one with its reset, and lifted by the next answer', async () => {
  await using runner = await startRunner(home);
  runner.prompt('warn limit');
  const { quota } = await runner.seen('agent_info', (info) => (info.quota?.length ?? 0) > 0);
  expect(quota).toMatchObject([
    { id: 'primary', label: '5 hours', usedPercent: 92 },
    { id: 'secondary', label: 'Week', usedPercent: 12 },
  ]);
  await runner.turnEnded();
  runner.prompt('fail limit');
  const limited = await runner.seen('limited');
  expect(limited).toMatchObject({ lifted: false });
  expect(limited.resetsAt).toBeGreaterThan(Date.now());
  await runner.turnEnded(2);
  runner.prompt('hello');
  await runner.seen('limited', ({ lifted }) => lifted);
});

real('without a key the person is told how to sign in; with one nothing needs to be kept on disk', async () => {
  using unsigned = makeCodexHome(standIn);
  await using signedOut = await startRunner(unsigned, { providerConfig: {} });
  signedOut.prompt('hello');
  const error = await signedOut.seen('agent_error');
  expect(error).toMatchObject({ class: 'auth', message: expect.stringContaining(' login` in a terminal') });
  using keyed = makeCodexHome(standIn, { OPENAI_API_KEY: 'sk-from-the-environment', OPENAI_BASE_URL: standIn.url });
  await using runner = await startRunner(keyed, { providerConfig: {} });
  runner.prompt('hello');
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(standIn.requests.at(-1)?.headers.authorization).toBe('Bearer sk-from-the-environment');
  expect(existsSync(join(keyed.env.CODEX_HOME ?? '', 'auth.json'))).toBe(false);
});

real('configuration reaches Codex, secrets of it not by the command line', async () => {
  const { STANDIN_KEY: _, ...env } = home.env;
  const { model_providers: providers, ...config } = home.config as { model_providers: { standin: object } };
  const { env_key: __, ...standin } = providers.standin as { env_key: string };
  const secret = 'sk-secret-of-the-settings';
  const providerConfig = { ...config, model_providers: { standin: { ...standin, experimental_bearer_token: secret } } };
  await using runner = await startRunner({ ...home, env }, { providerConfig });
  runner.prompt('hello');
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(standIn.requests.at(-1)?.headers.authorization).toBe(`Bearer ${secret}`);
  for (const pid of processesOf(runner)) expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).not.toContain(secret);
});

real('a tool of an MCP server that we hand over is asked about and answers', async () => {
  const command = process.execPath;
  const args = [join(import.meta.dir, '../standins/mcp-echo-main.ts')];
  const mcpServers = { echo: { command, args, env: { ECHO_PREFIX: 'secretly: ' } } };
  await using runner = await startRunner(home, { mcpServers });
  runner.prompt('call tool echo of echo');
  const ask = await runner.ask();
  expect(ask).toMatchObject({ kind: 'permission', toolName: 'mcp__echo__echo' });
  runner.answer(ask, allow);
  await runner.turnEnded();
  expect(of('tool_call', runner)[0]?.content).toMatchObject({ name: 'mcp__echo__echo' });
  expect(of('tool_result', runner)[0]?.content).toMatchObject({ output: 'secretly: from the model', isError: false });
  for (const pid of processesOf(runner))
    expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).not.toContain('secretly');
});

real('an image goes with a prompt; one of a type that Codex cannot read fails its turn only', async () => {
  await using runner = await startRunner(home);
  runner.prompt('image please', { images: [{ kind: 'inline', mediaType: 'image/png', data: PIXEL }] });
  await runner.turnEnded();
  expect(runner.texts().at(-1)).toContain('Received data:image/png');
  runner.prompt('image please', { images: [{ kind: 'inline', mediaType: 'image/tiff', data: PIXEL }] });
  expect(await runner.turnEnded(2)).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('image/tiff'),
  });
});

real('model and reasoning level change from one prompt to the next', async () => {
  await using runner = await startRunner(home);
  runner.open();
  const info = await runner.seen('agent_info');
  expect(info.models?.map(({ id }) => id)).toContain('gpt-6-luna');
  expect(info.controls).toMatchObject([{ id: 'reasoning_effort', category: 'thinking' }]);
  runner.prompt('hello', { controls: { reasoning_effort: 'high' } });
  await runner.turnEnded();
  expect(standIn.requests.at(-1)?.body).toMatchObject({ model: MODEL, reasoning: { effort: 'high' } });
  runner.prompt('hello', { model: 'gpt-6-luna', controls: { reasoning_effort: 'high' } });
  await runner.turnEnded(2);
  expect(standIn.requests.at(-1)?.body).toMatchObject({ model: 'gpt-6-luna' });
});

real('a missing program or folder is told as such', async () => {
  await using missing = await startRunner(home, { command: ['/nowhere/codex'] });
  missing.prompt('hello');
  const error = await missing.seen('agent_error');
  expect(error).toMatchObject({
    class: 'not_installed',
    message: expect.stringContaining('agor providers install codex'),
  });
  await using homeless = await startRunner(home, { cwd: '/nowhere/at/all' });
  homeless.prompt('hello');
  expect(await homeless.seen('agent_error')).toMatchObject({ message: 'The folder /nowhere/at/all is missing.' });
});

real('a killed Codex ends the runner with what had streamed kept', async () => {
  await using runner = await startRunner(home);
  runner.prompt('slow 5000 pace 20');
  await runner.seen('agent_delta', isText, 3);
  for (const pid of processesOf(runner).filter((each) => each !== runner.pid)) process.kill(pid, 'SIGKILL');
  expect(await runner.seen('agent_error')).toMatchObject({ message: 'Codex was ended by SIGKILL.' });
  expect(runner.of('turn_ended')).toMatchObject([{ outcome: 'failed' }]);
  expect(of('text', runner)[0]?.content).toMatchObject({ partial: true });
  expect(await runner.exited).toBe(1);
});

real('stopping in mid-command leaves no process behind', async () => {
  const runner = await startRunner(home, { permissionMode: 'bypassPermissions' });
  runner.prompt('loop');
  await started(runner);
  expect(await runner.stop()).toBe(0);
  expect(runner.of('turn_ended')).toMatchObject([{ outcome: 'interrupted' }]);
  expect(processesOf(runner)).toEqual([]);
});

real('commands that go on behind their turn end with the session', async () => {
  const runner = await startRunner(home, { permissionMode: 'bypassPermissions' });
  runner.prompt('background');
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  expect(processesOf(runner).length).toBeGreaterThan(2);
  runner.endInput();
  expect(await runner.exited).toBe(0);
  expect(processesOf(runner)).toEqual([]);
});

real('Codex is told of nobody but its model', async () => {
  expect(new Set(standIn.requests.map(({ path }) => path))).toEqual(new Set(['/v1/responses']));
  expect(readdirSync(home.env.HOME ?? '')).toEqual(expect.not.arrayContaining(['.codex']));
});
