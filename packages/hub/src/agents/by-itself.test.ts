import { afterEach, beforeEach, expect, test } from 'bun:test';
import { type Ask, AskId, type MachineEvent, type SessionId, TurnId } from '@agor/protocol';
import { ManualClock } from '@agor/runtime/testing';
import { command, DEMO, PROJECT, prompt, type TestCore, TestHub } from '../core/testing.ts';

// What the hub does by itself after some time: closing idle agents, lifting limits.
const MINUTE = 60_000;
const TURN = TurnId.parse('turn');
let clock: ManualClock;
let hub: TestHub;
let h: TestCore;
let id: SessionId;

beforeEach(async () => {
  clock = new ManualClock();
  hub = new TestHub(clock);
  hub.machine.listen();
  h = hub.open();
  await h.core.start();
  ({ sessionId: id } = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('go') }));
  await hub.machine.until(() => hub.machine.commands.length === 1);
});
afterEach(() => hub[Symbol.asyncDispose]());

type Line = Extract<MachineEvent, { kind: 'runner' }>['line'];
const line = (of: Line): MachineEvent => ({ kind: 'runner', sessionId: id, line: of });
const state = () => h.core.sessions.get(id).state;
const status = () => h.core.sessions.get(id).status;
/** Each command once: while the clock runs ahead of the sockets, the hub sends again what was not acknowledged in time. */
const commands = () => [...new Map(hub.machine.commands.map((c) => [c.id, c.command])).values()];
const stops = () => commands().filter(({ kind }) => kind === 'stop');
const prompts = () => commands().flatMap((c) => (c.kind === 'query' ? [c.prompt] : []));
const ask: Ask = { kind: 'permission', id: AskId.parse('a'), toolName: 'Bash', title: 'ls', input: {} };

async function report(...events: MachineEvent[]): Promise<void> {
  hub.machine.journal(...events);
  // Under load a commit waits some ms for more.
  while (hub.machine.acknowledged < hub.machine.seq) await clock.advanceAsync(1);
}
const begins = () =>
  report(
    { kind: 'runnerStarted', sessionId: id, provider: DEMO, process: { pid: 1, startTime: '1' } },
    line({ type: 'agent_info', sessionId: id, providerSessionId: 'conversation-7' }),
    line({ type: 'agent_started', sessionId: id, turnId: TURN, promptId: state().inFlight[0]?.id }),
  );
const ends = (outcome: 'done' | 'failed' = 'done') =>
  report(line({ type: 'turn_ended', sessionId: id, turnId: TURN, outcome }));
const limited = (until: number | null) =>
  report(line({ type: 'limited', sessionId: id, resetsAt: until, limit: '5 h', lifted: false }));

test('an agent with nothing to do is closed after the time of the setting, and its next prompt resumes it', async () => {
  hub.policy = { ...hub.policy, idleCloseMinutes: 30 };
  await begins();
  await clock.advanceAsync(60 * MINUTE);
  expect(stops()).toEqual([]); // its turn runs
  await ends();
  await clock.advanceAsync(29 * MINUTE);
  expect(stops()).toEqual([]);
  await clock.advanceAsync(2 * MINUTE);
  await hub.machine.until(() => stops().length === 1);
  expect(stops()).toMatchObject([{ sessionId: id, reason: 'idle' }]);
  await report({ kind: 'runnerExited', sessionId: id, code: 0, signal: null, expected: true, reason: 'idle' });
  expect([status(), state().process, state().error]).toEqual(['done', null, null]);
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('and now') });
  await hub.machine.until(() => prompts().length === 2);
  expect(hub.machine.commands.at(-1)?.command).toMatchObject({ options: { resumeSessionId: 'conversation-7' } });
});

test('an agent that crashed at rest and came back is closed for idleness like any other', async () => {
  hub.policy = { ...hub.policy, idleCloseMinutes: 30 };
  await begins();
  await ends();
  await report(
    {
      kind: 'health',
      sessionId: id,
      health: { state: 'restarting', attempt: 1, maxAttempts: 5, nextRetryAt: 1, lastError: 'killed' },
    },
    { kind: 'runnerExited', sessionId: id, code: null, signal: 'SIGKILL', expected: false },
    { kind: 'runnerStarted', sessionId: id, provider: DEMO, process: { pid: 2, startTime: '2' }, background: true },
    { kind: 'health', sessionId: id, health: { state: 'degraded', restarts: 1 } },
  );
  await clock.advanceAsync(29 * MINUTE);
  expect(stops()).toEqual([]);
  await clock.advanceAsync(2 * MINUTE);
  await hub.machine.until(() => stops().length === 1);
  await report({ kind: 'runnerExited', sessionId: id, code: 0, signal: null, expected: true, reason: 'idle' });
  expect([status(), state().health]).toEqual(['done', { state: 'healthy' }]);
});

test('0 minutes close nothing, and neither does a time without the machine', async () => {
  await begins();
  await ends();
  await clock.advanceAsync(5 * 24 * 60 * MINUTE);
  expect(stops()).toEqual([]);
  hub.policy = { ...hub.policy, idleCloseMinutes: 1 };
  await hub.machine.stop();
  await clock.advanceAsync(10 * MINUTE);
  expect(h.db.raw.query('SELECT 1 FROM outbox').all()).toEqual([]);
});

test('what waits for the person or still works in the background keeps its agent', async () => {
  hub.policy = { ...hub.policy, idleCloseMinutes: 1 };
  await begins();
  await report(line({ type: 'ask', sessionId: id, ask }));
  await ends();
  await clock.advanceAsync(10 * MINUTE);
  expect(stops()).toEqual([]);
  const subagent = (event: 'started' | 'done') =>
    line({
      type: 'agent_event',
      sessionId: id,
      event: { type: 'subagent', id: event, at: 1, toolUseId: 't', state: event, background: true },
    });
  await report(subagent('started'), line({ type: 'ask_withdrawn', sessionId: id, askId: ask.id }));
  expect(state().subagents).toMatchObject([{ state: 'running' }]);
  await clock.advanceAsync(10 * MINUTE);
  expect(stops()).toEqual([]);
  await report(subagent('done'));
  await clock.advanceAsync(2 * MINUTE);
  await hub.machine.until(() => stops().length === 1);
});

test('a limit is lifted at its time; the queue goes on by itself only if the person wants that', async () => {
  await begins();
  await limited(clock.now() + 300 * MINUTE);
  await ends('failed');
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('later', { source: 'agor' }) });
  expect(status()).toBe('limited');
  await clock.advanceAsync(299 * MINUTE);
  expect(state().limit).not.toBeNull();
  await clock.advanceAsync(2 * MINUTE);
  expect(state().limit).toBeNull();
  expect([prompts(), state().queue.length]).toEqual([['go'], 1]);
  hub.policy = { ...hub.policy, resumeAfterLimit: true };
  await limited(clock.now() + MINUTE);
  await clock.advanceAsync(2 * MINUTE);
  await hub.machine.until(() => prompts().length === 2);
  expect(prompts()).toEqual(['go', 'later']);
});

test('a session that waits at a limit goes on at the reset also when the hub was away meanwhile, and once', async () => {
  hub.policy = { ...hub.policy, resumeAfterLimit: true };
  await begins();
  await limited(clock.now() + 60 * MINUTE);
  await ends('failed');
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('later', { source: 'agor' }) });
  await h[Symbol.asyncDispose]();
  await clock.advanceAsync(30 * MINUTE);
  h = hub.open();
  await h.core.start();
  await clock.advanceAsync(29 * MINUTE);
  expect([status(), prompts()]).toEqual(['limited', ['go']]);
  await h[Symbol.asyncDispose]();
  await clock.advanceAsync(120 * MINUTE);
  h = hub.open();
  await h.core.start();
  await clock.advanceAsync(MINUTE);
  await hub.machine.until(() => prompts().length === 2);
  expect([prompts(), state().queue]).toEqual([['go', 'later'], []]);
});

test('with the setting on, a queue that the person stopped stays where it is', async () => {
  hub.policy = { ...hub.policy, resumeAfterLimit: true };
  await begins();
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('later') });
  await limited(clock.now() + MINUTE);
  h.core.agents.stop({ ...command(), sessionId: id });
  await report({ kind: 'runnerExited', sessionId: id, code: 0, signal: null, expected: true });
  await clock.advanceAsync(2 * MINUTE);
  expect([state().limit, prompts(), state().queue.length]).toEqual([null, ['go'], 1]);
});

test('after a suspend, and at a start, the wall clock decides; a limit without a time stays', async () => {
  await begins();
  await limited(clock.now() + 300 * MINUTE);
  await ends('failed');
  clock.setWall(clock.now() + 400 * MINUTE); // timers did not run meanwhile
  await clock.advanceAsync(MINUTE);
  expect(state().limit).toBeNull();
  await limited(clock.now() + 300 * MINUTE);
  await h[Symbol.asyncDispose]();
  await clock.advanceAsync(400 * MINUTE);
  h = hub.open();
  expect(state().limit).not.toBeNull();
  await h.core.start();
  await clock.advanceAsync(1);
  expect(state().limit).toBeNull();
  await limited(null);
  await clock.advanceAsync(24 * 60 * MINUTE);
  expect(status()).toBe('limited');
});
