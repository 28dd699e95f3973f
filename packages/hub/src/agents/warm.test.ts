import { afterEach, beforeEach, expect, test } from 'bun:test';
import { type MachineEvent, type SessionId, TurnId } from '@agor/protocol';
import { command, DEMO, PROJECT, prompt, type TestCore, TestHub } from '../core/testing.ts';

const TURN = TurnId.parse('turn');
let hub: TestHub;
let h: TestCore;
let id: SessionId;

beforeEach(async () => {
  hub = new TestHub();
  hub.policy = { ...hub.policy, prewarm: true };
  hub.machine.listen();
  h = hub.open();
  await h.core.start();
  ({ sessionId: id } = h.core.sessions.create({ ...command(), projectId: PROJECT }));
});
afterEach(() => hub[Symbol.asyncDispose]());

const warm = () => h.core.agents.warm({ ...command(), sessionId: id });
const promised = () => h.db.raw.query('SELECT 1 FROM outbox').all().length + hub.machine.commands.length;
async function report(...events: MachineEvent[]): Promise<void> {
  hub.machine.journal(...events);
  await hub.machine.until(() => hub.machine.acknowledged === hub.machine.seq);
}
const starts = (background = true): MachineEvent => ({
  kind: 'runnerStarted',
  sessionId: id,
  provider: DEMO,
  process: { pid: 1, startTime: '1' },
  background,
});

test('an agent is started ahead of its prompt, once, and the session looks as before', async () => {
  warm();
  await hub.machine.until(() => hub.machine.commands.length === 1);
  expect(hub.machine.commands[0]?.command).toMatchObject({ kind: 'open', warm: true, options: { cwd: hub.project } });
  await report(starts());
  expect(h.core.sessions.get(id)).toMatchObject({ status: 'idle', state: { process: { pid: 1 } } });
  warm();
  expect(promised()).toBe(1);
});

test('nothing is started ahead when the setting is off, or while the machine is away', async () => {
  hub.policy = { ...hub.policy, prewarm: false };
  warm();
  hub.policy = { ...hub.policy, prewarm: true };
  const away = new Promise<void>((resolve) => h.bus.on('machine', ({ state }) => state !== 'connected' && resolve()));
  await hub.machine.stop();
  await away;
  warm();
  expect(promised()).toBe(0);
});

const line = (of: Extract<MachineEvent, { kind: 'runner' }>['line']): MachineEvent => ({
  kind: 'runner',
  sessionId: id,
  line: of,
});
const restarting = (): MachineEvent => ({
  kind: 'health',
  sessionId: id,
  health: { state: 'restarting', attempt: 1, maxAttempts: 5, nextRetryAt: 1, lastError: 'killed' },
});
const exits = (expected = false): MachineEvent => ({
  kind: 'runnerExited',
  sessionId: id,
  code: 1,
  signal: null,
  expected,
});
for (const [what, events] of [
  ['that runs', () => [starts(false), line({ type: 'agent_started', sessionId: id, turnId: TURN })]],
  ['that failed', () => [starts(false), exits()]],
  ['that is being restarted', () => [starts(false), restarting(), exits()]],
  ['at its limit', () => [line({ type: 'limited', sessionId: id, resetsAt: null, limit: '5 h', lifted: false })]],
] as const)
  test(`an agent ${what} is not started ahead`, async () => {
    await report(...(events() as MachineEvent[]));
    warm();
    expect(promised()).toBe(0);
  });

test('an agent whose queue waits for the person is not started ahead', async () => {
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('one') });
  await report(starts(false), line({ type: 'agent_started', sessionId: id, turnId: TURN }));
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('two') });
  h.core.agents.stop({ ...command(), sessionId: id });
  await report(exits(true));
  const before = promised();
  warm();
  expect(promised()).toBe(before);
});
