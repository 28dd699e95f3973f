import { afterEach, beforeEach, expect, test } from 'bun:test';
import { type MachineEvent, type RunnerHealth, type SessionId, TurnId } from '@agor/protocol';
import { command, DEMO, PROJECT, prompt, Seen, type TestCore, TestHub } from '../core/testing.ts';

// An agent whose process crashed: what the supervisor does by itself, and what the person can do at any time.
const TURN = TurnId.parse('turn');
let hub: TestHub;
let h: TestCore;
let id: SessionId;

beforeEach(async () => {
  hub = new TestHub();
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
const kinds = () => hub.machine.commands.map(({ command }) => command.kind);
const restart = () => h.core.agents.restart({ ...command(), sessionId: id });
const give = (text: string, source: 'web' | 'agor' = 'web') =>
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt(text, { source }) });
const seen = async (count: number) => hub.machine.until(() => hub.machine.commands.length >= count);

async function report(...events: MachineEvent[]): Promise<void> {
  hub.machine.journal(...events);
  await hub.machine.until(() => hub.machine.acknowledged === hub.machine.seq);
}
const starts = (background?: boolean): MachineEvent => ({
  kind: 'runnerStarted',
  sessionId: id,
  provider: DEMO,
  process: { pid: 1, startTime: '1' },
  background,
});
const exits = (expected = false): MachineEvent => ({
  kind: 'runnerExited',
  sessionId: id,
  code: null,
  signal: 'SIGKILL',
  expected,
});
const judged = (health: RunnerHealth): MachineEvent => ({ kind: 'health', sessionId: id, health });
const restarting = () =>
  judged({ state: 'restarting', attempt: 1, maxAttempts: 5, nextRetryAt: 2_000, lastError: 'killed' });
const degraded = () => judged({ state: 'degraded', restarts: 1, lastError: 'killed' });
const failed = () => judged({ state: 'failed', attempts: 5, lastError: 'it crashes each time' });
const turnRuns = () =>
  report(
    starts(),
    line({ type: 'agent_info', sessionId: id, providerSessionId: 'conversation-7' }),
    line({ type: 'agent_started', sessionId: id, turnId: TURN, promptId: state().inFlight[0]?.id }),
  );
const turnEnds = () => report(line({ type: 'turn_ended', sessionId: id, turnId: TURN, outcome: 'done' }));
const commandFails = (): MachineEvent => ({
  kind: 'commandFailed',
  sessionId: id,
  commandId: command().commandId,
  command: 'query',
  promptId: state().inFlight[0]?.id,
  message: 'no folder',
  class: 'unknown',
});
const crashes = () => report(restarting(), exits());
const comesBack = () => report(starts(true), degraded());

test('a crash in a turn shows as retrying, then as a failed turn of an agent that lives; the queue waits for the person', async () => {
  await turnRuns();
  give('next');
  await crashes();
  expect([status(), h.core.sessions.get(id).reason]).toEqual(['retrying', 'crashed; starts again (1 of 5)']);
  await comesBack();
  expect([status(), state().process?.pid, state().queue.length]).toEqual(['failed', 1, 1]);
  const notices = h.core.sessions
    .page({ sessionId: id, before: state().seq + 1, limit: 50 })
    .events.flatMap((event) => (event.kind === 'notice' ? [event.message] : []));
  expect(notices).toEqual([
    expect.stringContaining('The running turn was lost'),
    expect.stringContaining('goes on from conversation-7'),
  ]);
  expect(kinds()).toEqual(['query']);
  give('go on');
  await seen(2);
  expect(kinds()).toEqual(['query', 'query']);
});

test("a crash at rest loses nothing: agor's own prompt waits for the restart and goes then", async () => {
  await turnRuns();
  await turnEnds();
  await crashes();
  give('by itself', 'agor');
  expect([status(), state().queue.length]).toEqual(['retrying', 1]);
  await comesBack();
  await seen(2);
  expect(state().inFlight).toMatchObject([{ text: 'by itself' }]);
  expect(state().health.state).toBe('degraded');
});

test('a prompt of the person does not wait for the next try', async () => {
  await turnRuns();
  await turnEnds();
  await crashes();
  give('now');
  await seen(2);
  expect(status()).toBe('starting');
  await report(judged({ state: 'healthy' }), starts());
  expect(state().health).toEqual({ state: 'healthy' });
});

test('a stop, also of all, ends the tries: the session is stopped', async () => {
  await turnRuns();
  await turnEnds();
  for (const stop of [
    () => h.core.agents.stop({ ...command(), sessionId: id }),
    () => expect(h.core.agents.stopAll(command()).stopped).toEqual([id]),
  ]) {
    await crashes();
    stop();
    expect(status()).toBe('stopping');
    await report(judged({ state: 'healthy' }));
    expect(status()).toBe('stopped');
    await report(starts());
  }
});

test('a machine that is gone with its tries: the session says so, and its next prompt goes on', async () => {
  await turnRuns();
  await turnEnds();
  await crashes();
  const window = new Seen(h.core, id);
  hub.machine.cut();
  await window.until('the tries are over', (s) =>
    s.events.some((e) => e.kind === 'health' && e.health.state === 'failed'),
  );
  expect([status(), state().error?.message]).toEqual(['failed', expect.stringContaining('the machine ended before')]);
  give('again');
  await seen(2);
  expect(hub.machine.commands.at(-1)?.command).toMatchObject({ options: { resumeSessionId: 'conversation-7' } });
  await window.stop();
});

test('a machine that still tries when the hub comes back goes on trying', async () => {
  await turnRuns();
  await turnEnds();
  await crashes();
  hub.machine.restarting = [id];
  hub.machine.runners = [id]; // the try is under way
  const before = hub.machine.connections;
  hub.machine.cut();
  await hub.machine.until(() => hub.machine.connections > before);
  await comesBack();
  expect([status(), state().health.state]).toEqual(['done', 'degraded']);
});

/** From each state: what the machine is told, and that the session runs afterwards. */
const STATES: readonly [string, () => Promise<void>, readonly string[]][] = [
  ['while it is starting', async () => {}, ['stop', 'open']],
  [
    'after a start that failed',
    () =>
      report({
        kind: 'commandFailed',
        sessionId: id,
        commandId: command().commandId,
        command: 'query',
        promptId: state().inFlight[0]?.id,
        message: 'no folder',
        class: 'unknown',
      }),
    ['open'],
  ],
  [
    'after an agent that could not start',
    () => report(starts(), line({ type: 'agent_error', sessionId: id, message: 'signed out', class: 'auth' }), exits()),
    ['open'],
  ],
  ['in a turn that hangs', turnRuns, ['stop', 'open']],
  [
    'while a stop is under way that does not come to an end',
    async () => {
      await turnRuns();
      h.core.agents.stop({ ...command(), sessionId: id });
      await seen(2);
    },
    ['stop', 'stop', 'open'],
  ],
  ['after a crash, before the next try', () => turnRuns().then(crashes), ['stop', 'open']],
  [
    'after the last try',
    () =>
      turnRuns()
        .then(crashes)
        .then(() => report(failed())),
    ['open'],
  ],
  ['after a stop', () => turnRuns().then(() => report(exits(true))), ['open']],
];
/** What the machine tells once it has done the stop. */
function ends(): MachineEvent[] {
  const { process, inFlight } = state();
  if (process) return [exits(true)];
  return inFlight.length > 0 ? [commandFails()] : [judged({ state: 'healthy' })];
}
for (const [when, arrive, expected] of STATES)
  test(`restart works ${when}`, async () => {
    await arrive();
    restart();
    await seen(1 + expected.length);
    expect(kinds()).toEqual(['query', ...expected] as ReturnType<typeof kinds>);
    if (expected.includes('stop')) await report(...ends());
    await report(starts());
    expect([status(), state().health, state().error]).toEqual(['idle', { state: 'healthy' }, null]);
  });

test('restart while the machine is away is done as soon as one answers', async () => {
  await turnRuns();
  const lost = new Promise<void>((resolve) =>
    h.bus.on('machine', () => h.core.machine.state.state === 'lost' && resolve()),
  );
  await hub.machine.stop();
  await lost;
  restart();
  expect(status()).toBe('unreachable');
  hub.machine.listen();
  h.core.machine.retry();
  await seen(3);
  expect(kinds()).toEqual(['query', 'stop', 'open']);
  await report(starts());
  expect(status()).toBe('idle');
});
