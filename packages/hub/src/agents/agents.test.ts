import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type LinkCommand, newId, type SessionEventBody, SessionId, TurnId } from '@agor/protocol';
import { blobPath } from '@agor/runtime';
import { command, DEMO, PROJECT, prompt, type TestCore, TestHub } from '../core/testing.ts';
import { Failure } from '../failure.ts';

let hub: TestHub;
let h: TestCore;

beforeEach(async () => {
  hub = new TestHub();
  hub.machine.listen();
  h = hub.open();
  await h.core.start();
});
afterEach(() => hub[Symbol.asyncDispose]());

/** Gives a prompt to a new session and waits until the machine has it. */
async function begin(text = 'hello'): Promise<SessionId> {
  const { sessionId } = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt(text) });
  await hub.machine.until(() => commandsOf(sessionId).length > 0);
  return sessionId;
}
const commandsOf = (id: SessionId): LinkCommand['command'][] =>
  hub.machine.commands.map((c) => c.command).filter((c) => c.sessionId === id);
const prompts = (id: SessionId): string[] => commandsOf(id).flatMap((c) => (c.kind === 'query' ? [c.prompt] : []));
const state = (id: SessionId) => h.core.sessions.get(id).state;
const TURN = TurnId.parse('turn');

async function report(...entries: Parameters<TestHub['machine']['journal']>): Promise<void> {
  hub.machine.journal(...entries);
  await hub.machine.until(() => hub.machine.acknowledged === hub.machine.seq);
}
async function turnRuns(sessionId: SessionId): Promise<void> {
  const promptId = state(sessionId).inFlight[0]?.id;
  await report(
    { kind: 'runnerStarted', sessionId, provider: DEMO, process: { pid: 1, startTime: '1' } },
    { kind: 'runner', sessionId, line: { type: 'agent_started', sessionId, turnId: TURN, promptId } },
  );
}
const ended = (sessionId: SessionId, outcome: 'done' | 'failed' | 'interrupted' = 'done') =>
  report({ kind: 'runner', sessionId, line: { type: 'turn_ended', sessionId, turnId: TURN, outcome } });

function failure(fn: () => unknown): Failure {
  try {
    fn();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

test("a prompt to a project starts a session with the project's settings and reaches the machine", async () => {
  const sessionId = await begin('  fix the bug\nin a.ts');
  expect(state(sessionId)).toMatchObject({ projectId: PROJECT, cwd: hub.project, title: 'fix the bug' });
  expect(commandsOf(sessionId)).toMatchObject([
    {
      kind: 'query',
      provider: 'demo',
      prompt: '  fix the bug\nin a.ts',
      options: { cwd: hub.project, settingSources: ['user'] },
    },
  ]);
  expect(h.core.sessions.get(sessionId).status).toBe('starting');
});

test('an agent may call the model as often for one prompt as the settings say; where they say nothing, without a limit', async () => {
  const free = await begin('one');
  hub.policy = { ...hub.policy, maxTurns: 50 };
  const bound = h.core.sessions.create({ ...command(), projectId: PROJECT }).sessionId;
  h.core.agents.query({ ...command(), sessionId: bound, prompt: prompt('two') });
  await hub.machine.until(() => commandsOf(bound).length === 1);
  expect(commandsOf(bound)).toMatchObject([{ options: { maxTurns: 50 } }]);
  const [first] = commandsOf(free);
  expect(first?.kind === 'query' && first.options.maxTurns).toBeUndefined();
});

test('a conversation goes on with the Claude profile that it began with, whatever its project has now', async () => {
  const profiles = (id: SessionId) =>
    commandsOf(id).flatMap((c) => (c.kind === 'query' ? [c.options.claudeConfigDir] : []));
  hub.projectRun = { claudeConfigDir: '/profiles/work' };
  const first = await begin('one');
  const bare = h.core.agents.query({ ...command(), cwd: '/tmp', prompt: prompt('no project') }).sessionId;
  await turnRuns(first);
  await ended(first);

  hub.projectRun = { claudeConfigDir: '/profiles/home' };
  h.core.agents.query({ ...command(), sessionId: first, prompt: prompt('two') });
  const second = await begin('one');
  await hub.machine.until(() => commandsOf(first).length > 1 && commandsOf(bare).length > 0);
  expect(profiles(first)).toEqual(['/profiles/work', '/profiles/work']);
  expect(profiles(second)).toEqual(['/profiles/home']);
  expect(profiles(bare)).toEqual([undefined]);
});

test('where the project says so, a new session gets a worktree and a branch of its own, and its sandbox not the project', async () => {
  hub.projectRun = { worktrees: true, sandbox: { enabled: true, ports: [], paths: [], root: hub.project } };
  const id = await begin();
  const name = `project-${id.slice(0, 8)}`;
  const worktree = { repository: hub.project, branch: `agor/${name}` };
  const cwd = join(hub.paths.worktreesDir, name);
  expect(state(id)).toMatchObject({ cwd, worktree });
  const [first] = commandsOf(id);
  expect(first).toMatchObject({ kind: 'query', options: { cwd, worktree, sandbox: { enabled: true } } });
  expect(first?.kind === 'query' && first.options.sandbox?.root).toBeUndefined();

  await report({
    kind: 'runner',
    sessionId: id,
    line: { type: 'agent_info', sessionId: id, providerSessionId: 'conversation-1' },
  });
  const fork = h.core.sessions.fork({ ...command(), sessionId: id });
  // Its conversation is found in that folder alone.
  expect(state(fork.sessionId)).toMatchObject({ cwd, worktree });
});

test('an agent that takes MCP servers is handed those of its project, and no other is', async () => {
  hub.mcpServers = { docs: { url: 'https://docs.example/mcp', headers: {} } };
  const without = await begin();
  hub.provider = { ...hub.provider, capabilities: { ...hub.runProvider.capabilities, mcp: true } };
  const taking = await begin();
  const handed = (id: SessionId) =>
    commandsOf(id).flatMap((one) => (one.kind === 'query' ? [one.options.mcpServers] : []));
  expect([handed(without), handed(taking)]).toEqual([[{}], [hub.mcpServers]]);
});

test('a conversation that goes on, a part of the project and a choice against it stay where they are', () => {
  hub.projectRun = { worktrees: true };
  mkdirSync(join(hub.project, 'part'));
  const created = (more: object) => {
    const { sessionId } = h.core.sessions.create({ ...command(), projectId: PROJECT, ...more });
    return state(sessionId);
  };
  for (const [more, cwd] of [
    [{ resumeProviderSession: 'old' }, hub.project],
    [{ cwd: join(hub.project, 'part') }, join(hub.project, 'part')],
    [{ worktree: false }, hub.project],
  ] as const) {
    expect(created(more)).toMatchObject({ cwd });
    expect(created(more).worktree).toBeUndefined();
  }
  hub.projectRun = { worktrees: false };
  expect(created({ worktree: true }).worktree).toMatchObject({ repository: hub.project });
  expect(failure(() => created({ worktree: true, cwd: join(hub.project, 'part') }))).toMatchObject({
    code: 'REJECTED',
  });
});

test('the same command is done once and gets the same answer', async () => {
  const input = { ...command(), projectId: PROJECT, prompt: prompt('hello') };
  const first = h.core.agents.query(input);
  expect(h.core.agents.query(input)).toEqual(first);
  expect(h.core.sessions.list({ projectId: PROJECT })).toHaveLength(1);
});

test('a session in a folder that is no project, and what can not be started, with the reason', async () => {
  const ad_hoc = h.core.agents.query({ ...command(), cwd: '/tmp', prompt: prompt('hi') });
  expect(state(ad_hoc.sessionId)).toMatchObject({ projectId: null, cwd: '/tmp', provider: 'demo' });
  const bad = (more: object) => failure(() => h.core.agents.query({ ...command(), prompt: prompt('hi'), ...more }));
  expect(bad({})).toMatchObject({ code: 'REJECTED', message: expect.stringContaining('a project or a folder') });
  expect(bad({ cwd: 'relative' })).toMatchObject({ code: 'REJECTED' });
  symlinkSync(hub.paths.dataDir, join(hub.project, 'data'));
  for (const own of [hub.paths.configDir, hub.paths.blobsDir, join(hub.project, 'data')])
    expect(bad({ cwd: own })).toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining("agor's own folder"),
    });
  expect(bad({ projectId: 'nope' })).toMatchObject({ code: 'NOT_FOUND' });
  expect(bad({ sessionId: 'nope' })).toMatchObject({ code: 'NOT_FOUND' });
  expect(bad({ cwd: '/tmp', provider: 'nope' })).toMatchObject({ code: 'REJECTED' });
  expect(bad({ cwd: '/tmp', prompt: prompt('  ') })).toMatchObject({ message: 'The prompt is empty.' });
});

test('a session of a project may work in a folder below it, and nowhere else', () => {
  const below = join(hub.project, 'packages', 'app');
  mkdirSync(below, { recursive: true });
  symlinkSync('/tmp', join(hub.project, 'out'));
  const start = (cwd: string) =>
    h.core.agents.query({ ...command(), projectId: PROJECT, cwd, prompt: prompt('hi') }).sessionId;
  expect(state(start(below))).toMatchObject({ projectId: PROJECT, cwd: below });
  expect(state(start(hub.project))).toMatchObject({ projectId: PROJECT, cwd: hub.project });
  for (const elsewhere of ['/tmp', join(hub.project, 'out'), `${hub.project}-2`, 'packages'])
    expect(failure(() => start(elsewhere))).toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining('is not in the folder of the project "Project"'),
    });
});

test('while a turn runs prompts wait in order; they can be edited and cancelled until they go', async () => {
  const sessionId = await begin('one');
  await turnRuns(sessionId);
  const [two, three, four] = [prompt('two'), prompt('three'), prompt('four')];
  for (const p of [two, three, four]) h.core.agents.query({ ...command(), sessionId, prompt: p });
  h.core.agents.editPrompt({ ...command(), sessionId, promptId: two.id, text: 'two, but better' });
  h.core.agents.cancelPrompt({ ...command(), sessionId, promptId: three.id });
  await ended(sessionId);
  await hub.machine.until(() => prompts(sessionId).length === 2);
  expect(prompts(sessionId)).toEqual(['one', 'two, but better']);
  const late = () => h.core.agents.editPrompt({ ...command(), sessionId, promptId: two.id, text: 'x' });
  expect(failure(late)).toMatchObject({
    code: 'REJECTED',
    message: expect.stringContaining('has this prompt already'),
  });
  expect(state(sessionId).queue.map((p) => p.text)).toEqual(['four']);
});

test('after a failure the queue waits; a new prompt of the person moves it on', async () => {
  const sessionId = await begin('one');
  await turnRuns(sessionId);
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('two') });
  await ended(sessionId, 'failed');
  expect(state(sessionId).queue).toHaveLength(1);
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('three') });
  await hub.machine.until(() => prompts(sessionId).length === 2);
  expect(prompts(sessionId)).toEqual(['one', 'two']);
});

test('at a limit the queue waits; a prompt of agor does not move it, one of the person lifts the limit', async () => {
  const sessionId = await begin('one');
  await turnRuns(sessionId);
  await report({
    kind: 'runner',
    sessionId,
    line: { type: 'limited', sessionId, resetsAt: Date.now() + 3_600_000, limit: '5 h', lifted: false },
  });
  await ended(sessionId);
  expect(h.core.sessions.get(sessionId).status).toBe('limited');
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('two', { source: 'agor' }) });
  expect(state(sessionId).queue).toHaveLength(1);
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('three') });
  expect(state(sessionId)).toMatchObject({ limit: null, inFlight: [{ text: 'two' }] });
});

test('a prompt that may not have arrived is sent again by the person only, and with the same id', async () => {
  const sessionId = await begin('one');
  const promptId = state(sessionId).inFlight[0]?.id;
  if (!promptId) throw new Error('no prompt in flight');
  await report({ kind: 'promptDoubtful', sessionId, promptId, reason: 'the machine died' });
  expect(state(sessionId).undelivered).toMatchObject([{ doubtful: true, reason: 'the machine died' }]);
  expect(h.core.sessions.get(sessionId).reason).toBe('a prompt may not have arrived');
  h.core.agents.resendPrompt({ ...command(), sessionId, promptId });
  await hub.machine.until(() => prompts(sessionId).length === 2);
  expect(state(sessionId)).toMatchObject({ undelivered: [], inFlight: [{ id: promptId }] });
});

test('a prompt that is sent again while a turn runs waits its turn', async () => {
  const sessionId = await begin('one');
  const promptId = state(sessionId).inFlight[0]?.id;
  if (!promptId) throw new Error('no prompt in flight');
  await report({ kind: 'promptDoubtful', sessionId, promptId, reason: 'the machine died' });
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('two') });
  await turnRuns(sessionId);
  h.core.agents.resendPrompt({ ...command(), sessionId, promptId });
  expect(state(sessionId)).toMatchObject({ undelivered: [], queue: [{ id: promptId, text: 'one' }] });
});

test('another model or mode reaches the live agent at once and every later run', async () => {
  const sessionId = await begin('one');
  await turnRuns(sessionId);
  h.core.agents.set({ ...command(), sessionId, permissionMode: 'acceptEdits', model: 'big' });
  await hub.machine.until(() => commandsOf(sessionId).length === 2);
  expect(commandsOf(sessionId)[1]).toEqual({ kind: 'set', sessionId, model: 'big', permissionMode: 'acceptEdits' });
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('two') });
  await ended(sessionId);
  await hub.machine.until(() => prompts(sessionId).length === 2);
  expect(commandsOf(sessionId).at(-1)).toMatchObject({ options: { model: 'big', permissionMode: 'acceptEdits' } });
});

test('stop of a session without a process does nothing; stopAll ends exactly those that have one', async () => {
  const idle = h.core.sessions.create({ ...command(), projectId: PROJECT }).sessionId;
  const busy = await begin();
  await turnRuns(busy);
  h.core.agents.stop({ ...command(), sessionId: idle });
  expect(h.core.agents.stopAll(command())).toEqual({ stopped: [busy] });
  await hub.machine.until(() => commandsOf(busy).length === 2);
  expect(commandsOf(busy)[1]).toMatchObject({ kind: 'stop' });
  expect([h.core.sessions.get(idle).status, h.core.sessions.get(busy).status]).toEqual(['idle', 'stopping']);
  await report({ kind: 'runnerExited', sessionId: busy, code: 0, signal: null, expected: true });
  expect(h.core.sessions.get(busy).status).toBe('stopped');
});

test("the caller's environment reaches the machine before the prompt does, and no disk", async () => {
  const env = { ANTHROPIC_BASE_URL: 'http://stand-in', SECRET: 'hidden' };
  const { sessionId } = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('x'), env });
  await hub.machine.until(() => commandsOf(sessionId).length === 1);
  expect(hub.machine.environments).toContainEqual({ t: 'sessionEnvironment', sessionId, env });
  const dump = JSON.stringify([
    h.db.raw.query('SELECT * FROM outbox').all(),
    h.db.raw.query('SELECT payload FROM session_events').all(),
    h.db.raw.query('SELECT * FROM done_commands').all(),
  ]);
  expect(dump).not.toContain('hidden');
});

test('a full disk refuses a prompt in words and loses nothing that was acknowledged', async () => {
  const sessionId = await begin('one');
  const pages = h.db.raw.query<{ page_count: number }, []>('PRAGMA page_count').get()?.page_count ?? 0;
  h.db.raw.run(`PRAGMA max_page_count = ${pages}`);
  const big = prompt('x'.repeat(200_000));
  const give = () => h.core.agents.query({ ...command(), sessionId, prompt: big });
  expect(failure(give)).toMatchObject({ code: 'REJECTED', message: expect.stringContaining('The disk is full') });
  h.db.raw.run(`PRAGMA max_page_count = ${pages + 10_000}`);
  give();
  expect(state(sessionId).queue.map((p) => p.id)).toEqual([big.id]);
});

test('an image that comes with a prompt becomes a blob: the log holds its name only', async () => {
  const bytes = Buffer.from('GIF89a, the image');
  const data = bytes.toString('base64');
  const images = [{ kind: 'inline' as const, mediaType: 'image/png', data }];
  const { sessionId } = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('look', { images }) });
  const [image] = state(sessionId).inFlight[0]?.images ?? [];
  if (image?.kind !== 'blob') throw new Error('no blob');
  expect(image.ref).toMatchObject({ size: bytes.length, mediaType: 'image/gif' });
  expect(readFileSync(blobPath(hub.paths.blobsDir, image.ref.blob), 'utf8')).toBe('GIF89a, the image');
  for (const data of ['', Buffer.from('<html>').toString('base64')]) {
    const bad = [{ kind: 'inline' as const, mediaType: 'image/png', data }];
    const give = () => h.core.agents.query({ ...command(), sessionId, prompt: prompt('look', { images: bad }) });
    expect(failure(give)).toMatchObject({ code: 'REJECTED' });
  }
});

test('the title that a prompt gives is cut between two characters, never within one', () => {
  const { sessionId } = h.core.agents.query({
    ...command(),
    projectId: PROJECT,
    prompt: prompt(`a${'😀'.repeat(90)}`),
  });
  expect(state(sessionId).title).toBe(`a${'😀'.repeat(39)}…`);
  const { sessionId: other } = h.core.agents.query({
    ...command(),
    projectId: PROJECT,
    prompt: prompt('😀'.repeat(90)),
  });
  expect(state(other).title.isWellFormed()).toBe(true);
});

test('a session is renamed, listed by project, and paged from its log', async () => {
  const { sessionId } = h.core.sessions.create({ ...command(), projectId: PROJECT });
  h.core.sessions.rename({ ...command(), sessionId, title: 'Mine' });
  expect(h.core.sessions.list({ projectId: PROJECT }).map((s) => s.state.title)).toEqual(['Mine']);
  const { events, hasOlder } = h.core.sessions.page({ sessionId, before: 3, limit: 1 });
  expect([events.map((e: SessionEventBody) => e.kind), hasOlder]).toEqual([['sessionRenamed'], true]);
  expect(failure(() => h.core.sessions.get(newId(SessionId)))).toMatchObject({ code: 'NOT_FOUND' });
});

test('a prompt that brings another mode tells the live agent at once, also while it waits in the queue', async () => {
  const sessionId = await begin('one');
  await turnRuns(sessionId);
  h.core.agents.query({ ...command(), sessionId, permissionMode: 'plan', prompt: prompt('two') });
  await hub.machine.until(() => commandsOf(sessionId).length === 2);
  expect(commandsOf(sessionId)[1]).toEqual({ kind: 'set', sessionId, permissionMode: 'plan' });
  expect(state(sessionId).queue).toHaveLength(1);
});
