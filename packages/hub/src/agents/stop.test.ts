import { afterEach, beforeEach, expect, test } from 'bun:test';
import { type MachineEvent, type SessionId, TurnId } from '@agor/protocol';
import { command, DEMO, PROJECT, prompt, type TestCore, TestHub } from '../core/testing.ts';

// What a person gives to a session while their own stop is still under way.
const TURN = TurnId.parse('turn');
let hub: TestHub;
let h: TestCore;
let id: SessionId;

beforeEach(async () => {
  hub = new TestHub();
  hub.machine.listen();
  h = hub.open();
  await h.core.start();
  ({ sessionId: id } = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('one') }));
  await hub.machine.until(() => hub.machine.commands.length === 1);
});
afterEach(() => hub[Symbol.asyncDispose]());

const state = () => h.core.sessions.get(id).state;
const status = () => h.core.sessions.get(id).status;
const kinds = () => hub.machine.commands.map(({ command }) => command.kind);
const prompts = () => hub.machine.commands.flatMap(({ command: c }) => (c.kind === 'query' ? [c.prompt] : []));
const stop = () => h.core.agents.stop({ ...command(), sessionId: id });
const give = (text: string, source: 'web' | 'agor' = 'web') =>
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt(text, { source }) });

async function report(...events: MachineEvent[]): Promise<void> {
  hub.machine.journal(...events);
  await hub.machine.until(() => hub.machine.acknowledged === hub.machine.seq);
}
type Line = Extract<MachineEvent, { kind: 'runner' }>['line'];
const line = (of: Line): MachineEvent => ({ kind: 'runner', sessionId: id, line: of });
const starts = (): MachineEvent => ({
  kind: 'runnerStarted',
  sessionId: id,
  provider: DEMO,
  process: { pid: 1, startTime: '1' },
});
const exits = (expected = true): MachineEvent => ({
  kind: 'runnerExited',
  sessionId: id,
  code: null,
  signal: 'SIGKILL',
  expected,
});
const ends = (outcome: 'interrupted' | 'failed') =>
  line({ type: 'turn_ended', sessionId: id, turnId: TURN, outcome, message: 'broken off' });
const turnRuns = () =>
  report(starts(), line({ type: 'agent_started', sessionId: id, turnId: TURN, promptId: state().inFlight[0]?.id }));
const notTaken = (): MachineEvent => ({
  kind: 'commandFailed',
  sessionId: id,
  commandId: command().commandId,
  command: 'query',
  promptId: state().inFlight[0]?.id,
  message: 'stopped',
  class: 'unknown',
});

/** How a stop comes to its end, from what it was asked for in. */
const STOPS: readonly [string, () => Promise<void>, () => MachineEvent[]][] = [
  ['in a turn that ends first', turnRuns, () => [ends('interrupted'), exits()]],
  ['in a turn that fails by it', turnRuns, () => [ends('failed'), exits()]],
  ['in a turn that its process takes along', turnRuns, () => [exits()]],
  ['whose process dies of something else meanwhile', turnRuns, () => [exits(false)]],
  ['before the agent had the first prompt', async () => {}, () => [notTaken()]],
];
for (const [when, arrive, over] of STOPS)
  test(`a prompt given during a stop goes out once that is over: ${when}`, async () => {
    await arrive();
    stop();
    give('two');
    expect([status(), state().queue.length]).toEqual(['stopping', 1]);
    await report(...over());
    await hub.machine.until(() => prompts().length === 2);
    expect(kinds()).toEqual(['query', 'stop', 'query']);
    expect([prompts(), status()]).toEqual([['one', 'two'], 'starting']);
    await report(starts());
    expect(state()).toMatchObject({ queue: [], inFlight: [{ text: 'two' }], stopping: false });
  });

test('a prompt that is sent again during a stop goes out once that is over', async () => {
  const promptId = state().inFlight[0]?.id;
  if (!promptId) throw new Error('no prompt in flight');
  await report(starts(), { kind: 'promptDoubtful', sessionId: id, promptId, reason: 'lost' });
  stop();
  h.core.agents.resendPrompt({ ...command(), sessionId: id, promptId });
  expect(status()).toBe('stopping');
  await report(exits());
  await hub.machine.until(() => prompts().length === 2);
  expect(prompts()).toEqual(['one', 'one']);
});

test('what waited before the stop, what agor gives by itself and what a second stop came after waits for the person', async () => {
  await turnRuns();
  give('two');
  stop();
  give('three', 'agor');
  await report(exits());
  expect([status(), prompts(), state().queue.length]).toEqual(['stopped', ['one'], 2]);
  give('four');
  await hub.machine.until(() => prompts().length === 2);
  expect(prompts()).toEqual(['one', 'two']);
  await turnRuns();
  stop();
  give('five');
  stop();
  await report(exits());
  expect([status(), prompts()]).toEqual(['stopped', ['one', 'two']]);
});

test('a hub that starts anew in the middle of the stop still hands the prompt out after it', async () => {
  await turnRuns();
  stop();
  give('two');
  hub.machine.runners = [id];
  await h[Symbol.asyncDispose]();
  h = hub.open();
  await h.core.start();
  await report(exits());
  await hub.machine.until(() => prompts().includes('two'));
  expect(state().inFlight).toMatchObject([{ text: 'two' }]);
});
