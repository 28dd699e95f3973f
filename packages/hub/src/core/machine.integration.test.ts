import { afterEach, expect, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionId } from '@agor/protocol';
import { isAlive, processRef } from '@agor/runtime';
import { until } from '@agor/runtime/testing';
import { command, isGapless, PROJECT, prompt, Seen, type TestCore, TestHub } from './testing.ts';

let hub: TestHub | null = null;
let opened: TestCore | null = null;

/** The real machine program and the real runners; ended after each test, whatever state it left them in. */
async function start(): Promise<TestCore> {
  hub ??= new TestHub();
  opened = hub.open({ machine: 'real' });
  await opened.core.start();
  return opened;
}

afterEach(async () => {
  await opened?.core.machine.shutdown();
  await hub?.[Symbol.asyncDispose]();
  hub = null;
  opened = null;
});

function query({ core }: TestCore, text: string): SessionId {
  return core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt(text) }).sessionId;
}

function letGo(key: string): void {
  writeFileSync(join(hub?.project ?? '', `.agor-demo-${key}`), '');
}

const turnsEnded = (seen: Seen): number => seen.kinds.filter((kind) => kind === 'turnEnded').length;

test('a prompt runs through the real machine and the demo agent, and a follower sees the whole turn', async () => {
  const h = await start();
  expect(h.core.machine.state.state).toBe('connected');
  const sessionId = query(h, 'help');
  const seen = new Seen(h.core, sessionId);
  await seen.until('the turn is over', (s) => turnsEnded(s) === 1);
  expect(seen.texts.length).toBeGreaterThan(0);
  expect(isGapless(seen.events)).toBe(true);
  expect(h.core.sessions.get(sessionId).status).toBe('done');
  await seen.stop();
});

test('prompts wait in the queue while a turn runs, and go one after the other', async () => {
  const h = await start();
  const sessionId = query(h, 'gate first');
  const seen = new Seen(h.core, sessionId);
  await seen.until('the first turn runs', (s) => s.texts.length === 1);
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('help') });
  expect(h.core.sessions.get(sessionId).state.queue.map((p) => p.text)).toEqual(['help']);
  letGo('first');
  await seen.until('both turns are over', (s) => turnsEnded(s) === 2);
  expect(h.core.sessions.get(sessionId).state.queue).toEqual([]);
  await seen.stop();
});

test('a hub that is opened again in mid-turn shows the same transcript and the end of the turn', async () => {
  let h = await start();
  const sessionId = query(h, 'gate reopen');
  let seen = new Seen(h.core, sessionId);
  await seen.until('the turn runs', (s) => s.texts.length === 1);
  const before = [...seen.events];
  await seen.stop();
  await h[Symbol.asyncDispose]();
  letGo('reopen');
  h = await start();
  seen = new Seen(h.core, sessionId);
  await seen.until('the turn is over', (s) => turnsEnded(s) === 1);
  expect(seen.events.slice(0, before.length)).toEqual(before);
  expect(isGapless(seen.events)).toBe(true);
  expect(h.core.sessions.get(sessionId).status).toBe('done');
  await seen.stop();
});

test('kill -9 of the machine in mid-turn: the session fails visibly, and the next prompt resumes it', async () => {
  const h = await start();
  const sessionId = query(h, 'gate never');
  const seen = new Seen(h.core, sessionId);
  await seen.until('the turn runs', (s) => s.texts.length === 1);
  const machine = processRef(h.core.machine.state.pid ?? 0);
  const runner = h.core.sessions.get(sessionId).state.process;
  process.kill(machine?.pid ?? 0, 'SIGKILL');
  await seen.until('the turn is lost', (s) => s.kinds.includes('processExited'));
  expect(h.core.sessions.get(sessionId)).toMatchObject({ status: 'failed' });
  await until('no runner is left', () => runner === null || !isAlive(runner));
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('help') });
  await seen.until('the second turn is over', (s) => turnsEnded(s) === 2);
  expect(h.core.sessions.get(sessionId).status).toBe('done');
  expect(isGapless(seen.events)).toBe(true);
  await seen.stop();
});

test('stop ends the agent with its process; the queue waits for the person, restart lets it go on', async () => {
  const h = await start();
  const sessionId = query(h, 'wait');
  const seen = new Seen(h.core, sessionId);
  await seen.until('the turn runs', (s) => s.texts.length === 1);
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('help') });
  h.core.agents.stop({ ...command(), sessionId });
  await seen.until('the process is gone', (s) => s.kinds.includes('processExited'));
  expect(h.core.sessions.get(sessionId)).toMatchObject({ status: 'stopped', state: { process: null } });
  expect(h.core.sessions.get(sessionId).state.queue).toHaveLength(1);
  h.core.agents.restart({ ...command(), sessionId });
  await seen.until('the queued prompt has run', (s) => turnsEnded(s) === 2);
  expect(h.core.sessions.get(sessionId)).toMatchObject({ status: 'done', state: { queue: [] } });
  await seen.stop();
});

test('an interrupted turn ends, the agent stays', async () => {
  const h = await start();
  const sessionId = query(h, 'wait');
  const seen = new Seen(h.core, sessionId);
  await seen.until('the turn runs', (s) => s.texts.length === 1);
  h.core.agents.interrupt({ ...command(), sessionId });
  await seen.until('the turn is over', (s) => turnsEnded(s) === 1);
  expect(h.core.sessions.get(sessionId).status).toBe('stopped');
  expect(h.core.sessions.get(sessionId).state.process).not.toBeNull();
  await seen.stop();
});

test('a pending ask survives the hub, is answered after it came back, and the runner gets the answer', async () => {
  let h = await start();
  const sessionId = query(h, 'question');
  let seen = new Seen(h.core, sessionId);
  await seen.until('it asks', (s) => s.kinds.includes('askOpened'));
  await seen.stop();
  await h[Symbol.asyncDispose]();
  h = await start();
  const [asked] = h.core.sessions.get(sessionId).state.asks;
  expect(asked?.status).toBe('open');
  if (!asked) throw new Error('no ask');
  seen = new Seen(h.core, sessionId);
  const answers = { 'Which database should I use?': 'SQLite', 'Which checks should run?': 'Lint' };
  h.core.asks.answer({ ...command(), askId: asked.ask.id, answer: { kind: 'question', answers }, by: 'cli' });
  await seen.until('the turn is over', (s) => turnsEnded(s) === 1);
  expect(seen.kinds).toContain('askDelivered');
  expect(seen.texts.at(-1)).toContain('SQLite');
  await seen.stop();
});

/** An agent that asked, and whose runner was then killed with -9. */
async function lapsedAsk(h: TestCore, text: string) {
  const sessionId = query(h, text);
  const seen = new Seen(h.core, sessionId);
  await seen.until('it asks', (s) => s.kinds.includes('askOpened'));
  const { state } = h.core.sessions.get(sessionId);
  process.kill(state.process?.pid ?? 0, 'SIGKILL');
  await seen.until('the ask lapsed', (s) => s.kinds.includes('processExited'));
  const [asked] = h.core.sessions.get(sessionId).state.asks;
  if (asked?.status !== 'lapsed') throw new Error(`the ask is ${asked?.status}`);
  return { sessionId, seen, askId: asked.ask.id };
}

test('a call that is allowed after its runner died is made once by the resumed agent, which asks nobody again', async () => {
  const h = await start();
  const { sessionId, seen, askId } = await lapsedAsk(h, 'run echo once >> proof.txt');
  const proof = join(hub?.project ?? '', 'proof.txt');
  expect(existsSync(proof)).toBe(false);
  h.core.asks.answer({ ...command(), askId, answer: { kind: 'permission', decision: 'allow' }, by: 'web' });
  expect(h.core.asks.rules({})).toMatchObject([{ once: true, toolName: 'Bash' }]);
  await seen.until('the resumed agent is done', (s) => turnsEnded(s) === 2);
  expect(readFileSync(proof, 'utf8')).toBe('once\n');
  expect(h.core.sessions.get(sessionId).state.lastPrompt).toContain('The person allowed your call of Bash');
  expect(seen.kinds.filter((kind) => kind === 'askOpened')).toHaveLength(1);
  expect(seen.kinds).toContain('askDelivered');
  expect(h.core.asks.rules({})).toEqual([]); // used up
  // The same call again is a new question.
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('run echo once >> proof.txt') });
  await seen.until('it asks again', (s) => s.kinds.filter((kind) => kind === 'askOpened').length === 2);
  await seen.stop();
});

test('an input that the person changed is the one that is run after a lapse, and only that', async () => {
  const h = await start();
  const { seen, askId } = await lapsedAsk(h, 'run echo mine > proof.txt');
  const updatedInput = { command: 'echo theirs > proof.txt' };
  const answer = { kind: 'permission', decision: 'allow', updatedInput } as const;
  h.core.asks.answer({ ...command(), askId, answer, by: 'web' });
  await seen.until('the resumed agent is done', (s) => turnsEnded(s) === 2);
  expect(readFileSync(join(hub?.project ?? '', 'proof.txt'), 'utf8')).toBe('theirs\n');
  await seen.stop();
});

test('a call that is denied after its runner died is never made; the resumed agent is told', async () => {
  const h = await start();
  const { sessionId, seen, askId } = await lapsedAsk(h, 'write proof.txt some text');
  const answer = { kind: 'permission', decision: 'deny', message: 'not now' } as const;
  h.core.asks.answer({ ...command(), askId, answer, by: 'web' });
  await seen.until('the resumed agent is done', (s) => turnsEnded(s) === 2);
  expect(existsSync(join(hub?.project ?? '', 'proof.txt'))).toBe(false);
  expect(seen.texts.at(-1)).toBe('Understood: I leave the call of Write out.');
  expect(h.core.asks.rules({})).toEqual([]);
  expect(h.core.sessions.get(sessionId).status).toBe('done');
  await seen.stop();
});

test('"always" of the demo agent holds for the tool, for later sessions of the project too', async () => {
  const h = await start();
  const first = query(h, 'run echo one');
  let seen = new Seen(h.core, first);
  await seen.until('it asks', (s) => s.kinds.includes('askOpened'));
  const [asked] = h.core.sessions.get(first).state.asks;
  if (!asked) throw new Error('no ask');
  h.core.asks.answer({
    ...command(),
    askId: asked.ask.id,
    answer: { kind: 'permission', decision: 'always' },
    by: 'web',
  });
  await seen.until('the turn is over', (s) => turnsEnded(s) === 1);
  await seen.stop();
  seen = new Seen(h.core, query(h, 'run echo two'));
  await seen.until('the turn is over', (s) => turnsEnded(s) === 1);
  expect(seen.kinds).not.toContain('askOpened');
  await seen.stop();
});

test('an idle agent is closed without a trace in its status, and the next prompt resumes its conversation', async () => {
  hub = new TestHub();
  hub.policy = { ...hub.policy, idleCloseMinutes: 0.005 };
  const h = await start();
  const sessionId = query(h, 'help');
  const seen = new Seen(h.core, sessionId);
  await seen.until('the agent is closed', (s) => s.kinds.includes('processExited'));
  expect(seen.events.at(-1)).toMatchObject({ kind: 'processExited', expected: true, reason: 'idle' });
  expect(h.core.sessions.get(sessionId)).toMatchObject({ status: 'done', state: { process: null, error: null } });
  const { providerSessionId } = h.core.sessions.get(sessionId).state;
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('say hello') });
  await seen.until('it goes on', (s) => turnsEnded(s) === 2);
  expect(seen.texts).toContain(`I remember our conversation ${providerSessionId}.`);
  await seen.stop();
});

const SETTLED = new Set(['done', 'failed', 'stopped', 'idle']);

test('stop right after a prompt: the prompt is accounted for and nothing stays "starting" or "stopping"', async () => {
  const h = await start();
  const sessionId = query(h, 'wait');
  h.core.agents.stop({ ...command(), sessionId });
  const seen = new Seen(h.core, sessionId);
  await seen.until('it is settled', () => {
    const { state, status } = h.core.sessions.get(sessionId);
    return SETTLED.has(status) && state.inFlight.length === 0 && state.process === null;
  });
  await seen.stop();
});

test('any order of prompts, interrupts, stops and restarts comes to rest (AGOR_SEED)', async () => {
  const seed = Number(process.env.AGOR_SEED ?? 7);
  let x = seed;
  const random = (): number => {
    x = (x * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return x / 4_294_967_296;
  };
  const h = await start();
  const sessionId = query(h, 'help');
  const seen = new Seen(h.core, sessionId);
  const { agents } = h.core;
  for (let i = 0; i < 60; i++) {
    const pick = Math.floor(random() * 7);
    if (pick <= 2)
      agents.query({ ...command(), sessionId, prompt: prompt(random() < 0.5 ? 'help' : 'retry n=3 delay=20') });
    if (pick === 3) agents.interrupt({ ...command(), sessionId });
    if (pick === 4) agents.stop({ ...command(), sessionId });
    if (pick === 5) agents.restart({ ...command(), sessionId });
    const before = seen.events.length;
    if (random() < 0.6)
      await seen.until('something happens', (s) => s.events.length > before || isAtRest(h, sessionId));
  }
  // Whatever waits goes on with the person's next word.
  agents.query({ ...command(), sessionId, prompt: prompt('help') });
  await seen.until(`it is at rest (seed ${seed})`, () => isAtRest(h, sessionId));
  expect(isGapless(seen.events)).toBe(true);
  await seen.stop();
}, 60_000);

function isAtRest({ core }: TestCore, sessionId: SessionId): boolean {
  const { state, status } = core.sessions.get(sessionId);
  const waiting = state.queue.length > 0 && status === 'done';
  return SETTLED.has(status) && state.inFlight.length === 0 && state.turn === null && !state.stopping && !waiting;
}

test('a prompt that steers reaches the demo agent in its running turn', async () => {
  const h = await start();
  const sessionId = query(h, 'gate steer');
  const seen = new Seen(h.core, sessionId);
  await seen.until('the turn runs', (s) => s.texts.length === 1);
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('look at b as well'), delivery: 'steer' });
  await seen.until('the agent has it', (s) => s.kinds.filter((kind) => kind === 'promptDelivered').length === 2);
  expect(h.core.sessions.get(sessionId).state).toMatchObject({ inFlight: [], turn: { promptId: expect.anything() } });
  letGo('steer');
  await seen.until('the turn is over', (s) => turnsEnded(s) === 1);
  expect(seen.texts.at(-1)).toBe('You said while I worked: look at b as well');
  expect(seen.kinds.filter((kind) => kind === 'turnStarted')).toHaveLength(1);
  await seen.stop();
});

test('a fork goes on with a copy of the conversation, and both live on', async () => {
  const h = await start();
  const sessionId = query(h, 'help');
  const seen = new Seen(h.core, sessionId);
  await seen.until('the turn is over', (s) => turnsEnded(s) === 1);
  const source = h.core.sessions.get(sessionId).state.providerSessionId;
  const copy = h.core.sessions.fork({ ...command(), sessionId }).sessionId;
  const seenCopy = new Seen(h.core, copy);
  await seenCopy.until('the transcript is there', (s) => turnsEnded(s) === 1);
  expect(seenCopy.texts).toEqual(seen.texts);
  h.core.agents.query({ ...command(), sessionId: copy, prompt: prompt('help') });
  await seenCopy.until('the copy answered', (s) => turnsEnded(s) === 2);
  expect(seenCopy.texts).toContain(`I remember our conversation ${source}.`);
  const forked = h.core.sessions.get(copy).state;
  expect(forked).toMatchObject({ forkPending: false, forkedFrom: { sessionId }, ended: 'done' });
  expect(forked.providerSessionId).not.toBe(source);
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('help') });
  await seen.until('the other one goes on', (s) => turnsEnded(s) === 2);
  expect(h.core.sessions.get(sessionId).state.providerSessionId).toBe(source);
  await Promise.all([seen.stop(), seenCopy.stop()]);
});
