import { afterEach, beforeEach, expect, test } from 'bun:test';
import { type MachineEvent, ProjectId, type Prompt, type SessionId, TurnId } from '@agor/protocol';
import { ManualClock } from '@agor/runtime/testing';
import { command, DEMO, PROJECT, prompt, type TestCore, TestHub } from '../core/testing.ts';

const TURN = TurnId.parse('turn');
let clock: ManualClock;
let hub: TestHub;
let h: TestCore;

beforeEach(async () => {
  clock = new ManualClock();
  hub = new TestHub(clock);
  hub.policy = { ...hub.policy, resumeAfterLimit: true };
  hub.machine.listen();
  h = hub.open();
  await h.core.start();
});
afterEach(() => hub[Symbol.asyncDispose]());

const state = (id: SessionId) => h.core.sessions.get(id).state;
const give = (sessionId: SessionId, text: string, source: Prompt['source'] = 'web') =>
  h.core.agents.query({ ...command(), sessionId, prompt: prompt(text, { source }) });

async function report(...events: MachineEvent[]): Promise<void> {
  hub.machine.journal(...events);
  while (hub.machine.acknowledged < hub.machine.seq) await clock.advanceAsync(1);
}
async function turnRuns(text: string): Promise<SessionId> {
  const { sessionId } = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt(text) });
  const promptId = state(sessionId).inFlight[0]?.id;
  await report(
    { kind: 'runnerStarted', sessionId, provider: DEMO, process: { pid: 1, startTime: '1' } },
    { kind: 'runner', sessionId, line: { type: 'agent_started', sessionId, turnId: TURN, promptId } },
  );
  return sessionId;
}
const turnEnds = (sessionId: SessionId): MachineEvent => ({
  kind: 'runner',
  sessionId,
  line: { type: 'turn_ended', sessionId, turnId: TURN, outcome: 'done' },
});
const exits = (sessionId: SessionId): MachineEvent => ({
  kind: 'runnerExited',
  sessionId,
  code: 0,
  signal: null,
  expected: true,
});
const limited = (sessionId: SessionId, resetsAt: number): MachineEvent => ({
  kind: 'runner',
  sessionId,
  line: { type: 'limited', sessionId, resetsAt, limit: '5 h', lifted: false },
});
async function again(): Promise<void> {
  await h[Symbol.asyncDispose]();
  h = hub.open();
  await h.core.start();
}

test('after Stop All the queue of each session waits, also for a hub that starts anew, until all may go on', async () => {
  const id = await turnRuns('one');
  give(id, 'two');
  h.core.agents.stopAll(command());
  await report(turnEnds(id), exits(id));
  await again();
  expect(state(id)).toMatchObject({ inFlight: [], queue: [{ text: 'two' }] });
  h.core.agents.letGo(command());
  expect(state(id).inFlight).toMatchObject([{ text: 'two' }]);
});

test('after Stop All nothing goes on at the reset of a limit, and a prompt of agor waits too', async () => {
  const id = await turnRuns('one');
  await report(limited(id, clock.now() + 60_000), turnEnds(id), exits(id));
  give(id, 'two', 'agor');
  h.core.agents.stopAll(command());
  await clock.advanceAsync(10 * 60_000);
  expect(state(id)).toMatchObject({ limit: null, queue: [{ text: 'two' }] });
  give(id, 'three', 'agor');
  expect(state(id).queue).toHaveLength(2);
  h.core.agents.letGo({ ...command(), projectId: PROJECT });
  expect(state(id).inFlight).toMatchObject([{ text: 'two' }]);
});

test('letting go does not lift what the person stopped before, nor a limit', async () => {
  const stopped = await turnRuns('one');
  give(stopped, 'two');
  h.core.agents.stop({ ...command(), sessionId: stopped });
  await report(turnEnds(stopped), exits(stopped));
  const atLimit = await turnRuns('a');
  await report(limited(atLimit, clock.now() + 60_000), turnEnds(atLimit), exits(atLimit));
  give(atLimit, 'b', 'agor');
  h.core.agents.stopAll(command());
  h.core.agents.letGo(command());
  expect(state(stopped).queue).toHaveLength(1);
  expect(state(atLimit).queue).toHaveLength(1);
  await clock.advanceAsync(60_000);
  expect(state(atLimit).inFlight).toMatchObject([{ text: 'b' }]);
});

test('letting one go leaves the others as they are; a prompt of the person moves its own session only', async () => {
  const [one, two] = [await turnRuns('one'), await turnRuns('two')];
  for (const id of [one, two]) give(id, 'more');
  h.core.agents.stopAll(command());
  await report(turnEnds(one), exits(one), turnEnds(two), exits(two));
  h.core.agents.letGo({ ...command(), projectId: ProjectId.parse('another') });
  expect([state(one).queue.length, state(two).queue.length]).toEqual([1, 1]);
  give(one, 'go on');
  expect([state(one).inFlight.length, state(two).inFlight.length]).toEqual([1, 0]);
});

test('what is let go while its stop is under way goes on once that is over', async () => {
  const id = await turnRuns('one');
  give(id, 'two');
  h.core.agents.stopAll(command());
  h.core.agents.letGo(command());
  expect(state(id).queue).toHaveLength(1);
  await report(turnEnds(id), exits(id));
  expect(state(id).inFlight).toMatchObject([{ text: 'two' }]);
});
