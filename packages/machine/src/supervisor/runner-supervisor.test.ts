import { beforeEach, expect, test } from 'bun:test';
import { ProviderId, type RunnerHealth, RunOptions, SessionId } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock } from '@agor/runtime/testing';
import type { StartOrder } from './reopen-options.ts';
import { MAX_TRIES, type RunnerExit, restartDelayMs, STABLE_MS, TRY_LIMIT_MS } from './restart-policy.ts';
import { RunnerSupervisor } from './runner-supervisor.ts';

const ID = SessionId.parse('s');
const ORDER: StartOrder = {
  provider: ProviderId.parse('demo'),
  projectId: null,
  options: RunOptions.parse({ cwd: '/', model: 'm', permissionMode: 'plan' }),
};
/** A runner in the middle of its work that is killed. */
const KILLED: RunnerExit = {
  code: null,
  signal: 'SIGKILL',
  expected: false,
  reason: undefined,
  wasReady: true,
  wasUp: true,
  told: null,
  endedItself: false,
};
const notInstalled = { message: 'no such program', class: 'not_installed' } as const;

let clock: ManualClock;
let told: RunnerHealth[];
let tries: (StartOrder | null)[];
let supervisor: RunnerSupervisor;
let hung: string[];
let chance: number;

beforeEach(() => {
  clock = new ManualClock();
  told = [];
  tries = [];
  hung = [];
  chance = 0;
  supervisor = new RunnerSupervisor({
    clock,
    log: createLogger({ name: 'test', file: '/dev/null' }),
    random: () => chance,
    tell: ({ health }) => told.push(health),
    due: (id) => tries.push(supervisor.beginTry(id)),
    hangs: (_, reason) => hung.push(reason),
  });
  supervisor.ordered(ID, ORDER, false);
});

const exits = (exit: Partial<RunnerExit> = {}) =>
  void told.push(...supervisor.exited(ID, { ...KILLED, ...exit }).map(({ health }) => health));
const opens = () => supervisor.heard(ID, { type: 'opened', sessionId: ID });
const health = () => told.at(-1);
const nothingWaits = () => expect([clock.pending, supervisor.restarting()]).toEqual([0, []]);

test('tries come after 1, 2, 4, 8 and 16 s, and after the fifth the session is left to the person', () => {
  for (const [index, delay] of [1_000, 2_000, 4_000, 8_000, 16_000].entries()) {
    exits();
    const attempt = index + 1;
    expect(health()).toEqual({
      state: 'restarting',
      attempt,
      maxAttempts: MAX_TRIES,
      nextRetryAt: clock.now() + delay,
      lastError: "The agent's process was ended by SIGKILL",
    });
    clock.advance(delay - 1);
    expect(tries).toHaveLength(index);
    clock.advance(1);
    expect(tries).toHaveLength(attempt);
  }
  exits();
  expect(health()).toMatchObject({ state: 'failed', attempts: 5, lastError: expect.stringContaining('SIGKILL') });
  nothingWaits();
});

test('a delay is 1 s × 2ⁿ, at most 30 s, of which chance takes up to a quarter', () => {
  for (const [tries, random, ms] of [
    [0, 0, 1_000],
    [0, 1, 750],
    [3, 0.5, 7_000],
    [4, 0, 16_000],
    [5, 0, 30_000],
    [60, 0, 30_000],
    [60, 1, 22_500],
  ] as const)
    expect(restartDelayMs(tries, () => random)).toBe(ms);
});

test('a try that succeeds leaves it degraded, and healthy once it was stable; then the count begins anew', () => {
  exits();
  clock.advance(1_000);
  opens();
  expect(health()).toMatchObject({ state: 'degraded', restarts: 1 });
  expect(supervisor.restarting()).toEqual([]);
  clock.advance(STABLE_MS - 1);
  expect(health()).toMatchObject({ state: 'degraded' });
  clock.advance(1);
  expect(health()).toEqual({ state: 'healthy' });
  nothingWaits();
  exits();
  expect(health()).toMatchObject({ state: 'restarting', attempt: 1 });
});

test('a crash before it was stable counts on', () => {
  exits();
  clock.advance(1_000);
  opens();
  clock.advance(STABLE_MS - 1);
  exits();
  expect(health()).toMatchObject({ state: 'restarting', attempt: 2 });
  clock.advance(2_000);
  opens();
  expect(health()).toMatchObject({ state: 'degraded', restarts: 2 });
});

for (const [what, exit] of [
  ['that was stopped', { expected: true, reason: 'stopped by web' }],
  ['that was closed for idleness', { expected: true, reason: 'idle' }],
  ['whose start failed before it was ready', { wasReady: false, wasUp: false }],
  ['whose start failed with a reason', { wasUp: false, told: { message: 'bad flag', class: 'unknown' }, code: 1 }],
  ['whose vendor is signed out meanwhile', { told: { message: 'log in', class: 'auth' }, code: 1 }],
  ['whose vendor ended by itself without an error', { endedItself: true, code: 0, signal: null }],
] as const)
  test(`a runner ${what} is not started again`, () => {
    exits(exit);
    expect(told).toEqual([]);
    nothingWaits();
  });

for (const [what, exit, words] of [
  ['that was killed while it started its agent', { wasUp: false }, 'SIGKILL'],
  ['that did not end its turn after an interrupt', { reason: 'it hung' }, 'it hung'],
  ['that said what was wrong', { told: { message: 'out of memory', class: 'unknown' }, code: 1 }, 'out of memory'],
  ['that ended with a code', { code: 3, signal: null }, 'exit code 3'],
  ['whose vendor was killed', { code: 0, signal: null, endedItself: false }, 'exit code 0'],
] as const)
  test(`a runner ${what} is started again, and the reason is told`, () => {
    exits(exit);
    expect(health()).toMatchObject({ state: 'restarting', lastError: expect.stringContaining(words) });
  });

test('every unwanted end of a try counts, also one before it was ready; what no try can mend ends them', () => {
  exits();
  clock.advance(1_000);
  exits({ wasReady: false, wasUp: false });
  expect(health()).toMatchObject({ state: 'restarting', attempt: 2 });
  clock.advance(2_000);
  exits({ wasUp: false, told: { message: 'log in first', class: 'auth' } });
  expect(health()).toEqual({ state: 'failed', attempts: 2, lastError: 'log in first' });
  nothingWaits();
});

test('a conversation that a try finds gone is not looked for again', () => {
  exits();
  clock.advance(1_000);
  exits({ code: 1, signal: null, told: { message: 'This conversation is gone: it was removed', class: 'gone' } });
  expect(health()).toEqual({ state: 'failed', attempts: 1, lastError: 'This conversation is gone: it was removed' });
  nothingWaits();
});

test('a try without a runner counts once, and not again when its exit has counted', () => {
  exits();
  clock.advance(1_000);
  supervisor.tryFailed(ID, { message: 'no folder', class: 'unknown' });
  expect(health()).toMatchObject({ state: 'restarting', attempt: 2, lastError: 'no folder' });
  supervisor.tryFailed(ID, { message: 'again', class: 'unknown' });
  expect(told).toHaveLength(2);
  clock.advance(2_000);
  supervisor.tryFailed(ID, notInstalled);
  expect(health()).toMatchObject({ state: 'failed', lastError: 'no such program' });
});

test('a try that does not come up is ended, and its end counts', () => {
  exits();
  clock.advance(1_000);
  clock.advance(TRY_LIMIT_MS - 1);
  expect(hung).toEqual([]);
  clock.advance(1);
  expect(hung).toEqual([expect.stringContaining('did not come up within 150 s')]);
  exits({ wasUp: false, reason: hung[0] });
  expect(health()).toMatchObject({ state: 'restarting', attempt: 2, lastError: hung[0] });
  clock.advance(2_000);
  opens();
  clock.advance(TRY_LIMIT_MS);
  expect(hung).toHaveLength(1);
});

test('a prompt or a restart while the next try is awaited takes its place and begins the count anew', () => {
  exits();
  clock.advance(1_000);
  exits();
  supervisor.ordered(ID, ORDER, false);
  expect(health()).toEqual({ state: 'healthy' });
  nothingWaits();
  clock.advance(60_000);
  expect(tries).toHaveLength(1);
  exits();
  expect(health()).toMatchObject({ state: 'restarting', attempt: 1 });
});

test('a prompt that was faster than a due try keeps it from being made', () => {
  supervisor = new RunnerSupervisor({
    clock,
    log: createLogger({ name: 'test', file: '/dev/null' }),
    random: () => 0,
    tell: ({ health }) => told.push(health),
    hangs: () => {},
    due: () => supervisor.ordered(ID, ORDER, false), // it stood before the try in the session's lane
  });
  supervisor.ordered(ID, ORDER, false);
  exits();
  clock.advance(1_000);
  expect(supervisor.beginTry(ID)).toBeNull();
});

test('after the last try a prompt tries again, with all tries before it', () => {
  for (let n = 0; n <= MAX_TRIES; n++) {
    exits();
    clock.advance(30_000);
  }
  expect(health()).toMatchObject({ state: 'failed' });
  supervisor.ordered(ID, ORDER, false);
  exits();
  expect(health()).toMatchObject({ state: 'restarting', attempt: 1 });
});

test('a stop while the next try is awaited ends the tries, and says so; with a runner its exit does', () => {
  exits();
  supervisor.stopped(ID);
  expect(health()).toEqual({ state: 'healthy' });
  nothingWaits();
  supervisor.ordered(ID, ORDER, false);
  told = [];
  supervisor.stopped(ID);
  exits({ expected: true });
  expect(told).toEqual([]);
});

test("the machine's end restarts nothing and leaves no timer", () => {
  const other = SessionId.parse('other');
  supervisor.ordered(other, ORDER, false);
  exits();
  clock.advance(1_000);
  opens();
  told.push(...supervisor.exited(other, KILLED).map(({ health }) => health));
  supervisor.close();
  expect(health()).toEqual({ state: 'healthy' });
  exits();
  expect(told.at(-1)).toEqual({ state: 'healthy' });
  nothingWaits();
});

test('it is started with the options of the last start, the conversation and the settings that its agent told, and no allowance that counts once', () => {
  const rules = [
    { id: 'r1', toolName: 'Bash', once: true, decision: 'allow' },
    { id: 'r2', toolName: 'Read', once: false, decision: 'allow' },
  ] as const;
  const history = [{ role: 'user', text: 'old' }] as unknown as RunOptions['history'];
  supervisor.ordered(ID, { ...ORDER, options: { ...ORDER.options, rules: [...rules], history } }, true);
  supervisor.heard(ID, { type: 'agent_info', sessionId: ID, providerSessionId: 'conversation-1', model: 'big' });
  supervisor.heard(ID, { type: 'agent_info', sessionId: ID, permissionMode: 'default' });
  exits();
  supervisor.set({ kind: 'set', sessionId: ID, model: 'small', controls: { effort: 'high' } });
  clock.advance(1_000);
  expect(tries[0]?.options).toMatchObject({
    cwd: '/',
    resumeSessionId: 'conversation-1',
    model: 'small',
    permissionMode: 'default',
    controls: { effort: 'high' },
    rules: [{ id: 'r2' }],
  });
  expect(tries[0]?.options.history).toBeUndefined();
});

test('a copy of a conversation is made again unless the agent told the id of the copy', () => {
  const forked = { ...ORDER, options: { ...ORDER.options, resumeSessionId: 'source', forkSession: true } };
  for (const [said, expected] of [
    ['source', { resumeSessionId: 'source', forkSession: true }],
    ['copy', { resumeSessionId: 'copy', forkSession: false }],
  ] as const) {
    supervisor.ordered(ID, forked, false);
    supervisor.heard(ID, { type: 'agent_info', sessionId: ID, providerSessionId: said });
    exits();
    clock.advance(1_000);
    expect(tries.at(-1)?.options).toMatchObject(expected);
  }
});
