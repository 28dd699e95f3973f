import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  type BudgetLimit,
  type MachineEvent,
  ProjectId,
  type SessionEvent,
  type SessionId,
  TurnId,
} from '@agor/protocol';
import { ManualClock } from '@agor/runtime/testing';
import { command, DEMO, PROJECT, prompt, type TestCore, TestHub } from '../core/testing.ts';

let hub: TestHub;
let h: TestCore;
let id: SessionId;
let clock: ManualClock;
let seq = 0;
let audited: string[] = [];

beforeEach(async () => {
  clock = new ManualClock(Date.UTC(2026, 10, 23));
  hub = new TestHub(clock);
  audited = [];
  hub.budgetRules = { audit: (_project, detail) => void audited.push(detail) };
  hub.machine.listen();
  h = hub.open();
  await h.core.start();
});
afterEach(() => hub[Symbol.asyncDispose]());

const state = () => h.core.sessions.get(id).state;
/** Each command once: while the clock runs ahead of the sockets, the hub sends again what was not acknowledged in time. */
const commands = () => [...new Map(hub.machine.commands.map((c) => [c.id, c.command])).values()];
const sent = () => commands().flatMap((c) => (c.kind === 'query' ? [c.prompt] : []));
const interrupts = () => commands().filter(({ kind }) => kind === 'interrupt').length;
const stops = () => commands().filter(({ kind }) => kind === 'stop').length;
const status = () => h.core.sessions.get(id).status;
const notices = (): string[] =>
  h.core.sessions.page({ sessionId: id, before: 1e9, limit: 1_000 }).events.flatMap(codeOf);
const codeOf = (event: SessionEvent): string[] => (event.kind === 'notice' ? [event.code] : []);

function limit(limits: BudgetLimit): void {
  hub.budgets = (session) => [{ kind: 'session', id: session.id, label: 'the session', limit: limits }];
}

async function report(...events: MachineEvent[]): Promise<void> {
  hub.machine.journal(...events);
  // Under load a commit waits some ms for more.
  while (hub.machine.acknowledged < hub.machine.seq) await clock.advanceAsync(1);
}
type Line = Extract<MachineEvent, { kind: 'runner' }>['line'];
const says = (...lines: Line[]) => report(...lines.map((line) => ({ kind: 'runner' as const, sessionId: id, line })));
const event = (fields: object): Line => ({
  type: 'agent_event',
  sessionId: id,
  event: { id: `e${++seq}`, at: 1_000, ...fields },
});
/** A message of `tokens` tokens, as estimated by its length. */
const text = (tokens: number, parentId?: string): Line =>
  event({ type: 'text', text: 'x'.repeat(tokens * 4), blockId: `b${seq}`, parentId });
const cost = (inputTokens: number, outputTokens: number): Line =>
  event({ type: 'result', durationMs: 1, inputTokens, outputTokens, isError: false });

async function turnRuns(name: string): Promise<void> {
  const [one] = state().inFlight;
  if (!one) throw new Error('no prompt in flight');
  await says({ type: 'agent_started', sessionId: id, turnId: TurnId.parse(name), promptId: one.id });
}
async function begin(): Promise<void> {
  id = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('one') }).sessionId;
  await hub.machine.until(() => sent().length === 1);
  await report({ kind: 'runnerStarted', sessionId: id, provider: DEMO, process: { pid: 1, startTime: '1' } });
  await turnRuns('turn-1');
}
const ends = (name: string): Line => ({
  type: 'turn_ended',
  sessionId: id,
  turnId: TurnId.parse(name),
  outcome: 'interrupted',
});

test('a runaway agent tree is interrupted by the very message that reaches the hard limit, subagents counted', async () => {
  limit({ hardTokens: 1_000 });
  await begin();
  await says(text(400));
  await says(text(400, 'subagent-1'));
  expect(interrupts()).toBe(0);
  expect(notices()).toEqual([]);
  await says(text(400, 'subagent-2'));
  await hub.machine.until(() => interrupts() === 1);
  expect(state()).toMatchObject({ stopping: true });
  expect(notices()).toEqual(['budget-hard']);
  await says(text(400));
  expect(interrupts()).toBe(1);
});

test("over the hard limit no prompt goes out, not even a person's, until an override by an amount, which is logged", async () => {
  limit({ hardTokens: 100 });
  await begin();
  await says(text(150));
  await hub.machine.until(() => interrupts() === 1);
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('two') });
  await says(cost(100, 50), ends('turn-1'));
  expect(state().queue.map((p) => p.text)).toEqual(['two']);
  expect(sent()).toEqual(['one']);
  const override = { ...command(), scope: 'session', id, tokens: 500, by: 'ann' } as const;
  expect(status()).toBe('paused');
  h.core.budgets.override(override);
  await hub.machine.until(() => sent().length === 2);
  expect(state().budgetHold).toBeNull();
  expect(notices()).toEqual(['budget-hard', 'budget-override']);
  h.core.budgets.override(override);
  expect(h.core.budgets.standing(id)).toMatchObject([{ spentTokens: 150, addedTokens: 550, level: 'free' }]);
  await turnRuns('turn-2');
  await says(text(600));
  await hub.machine.until(() => interrupts() === 2);
});

test('a turn whose cost reaches the limit hands out no queued prompt, though it ends in the same moment', async () => {
  limit({ hardTokens: 1_000 });
  await begin();
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('two') });
  await says(text(10), cost(2_000, 10), ends('turn-1'));
  expect(sent()).toEqual(['one']);
  expect(state().queue).toHaveLength(1);
  expect(notices()).toEqual(['budget-hard']);
});

test('a raised limit lets the queue go on', async () => {
  limit({ hardTokens: 100 });
  await begin();
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('two') });
  await says(cost(200, 10), ends('turn-1'));
  limit({ hardTokens: 10_000 });
  h.bus.emit('settings', {});
  await hub.machine.until(() => sent().length === 2);
});

test('the soft limit is told once, and stops nothing', async () => {
  limit({ softTokens: 100, hardTokens: 10_000 });
  await begin();
  await says(text(150));
  await says(text(150));
  await says(cost(300, 300), ends('turn-1'));
  expect(notices()).toEqual(['budget-soft']);
  expect(interrupts()).toBe(0);
});

test('what was spent is known after a restart of the hub, also that of a turn that runs, and a rebuild gives the same', async () => {
  limit({ hardTokens: 10_000 });
  await begin();
  await says(cost(100, 50), text(70));
  const before = h.core.budgets.standing(id);
  expect(before).toMatchObject([{ spentTokens: 220 }]);
  await h[Symbol.asyncDispose]();
  h = hub.open();
  await h.core.start();
  expect(h.core.budgets.standing(id)).toEqual(before);
  await h.core.rebuild();
  expect(h.core.budgets.standing(id)).toEqual(before);
});

const PROJECTS = (hardTokens: number) => (session: { projectId: string | null }) => {
  const projectId = session.projectId ?? '';
  return [
    { kind: 'project', id: projectId, label: 'the project P', limit: { hardTokens }, projectIds: [projectId] } as const,
  ];
};

test('a stopped session asks for the person like a question does, says what is spent, and writes the audit', async () => {
  limit({ hardTokens: 100 });
  await begin();
  await says(text(150));
  await says(ends('turn-1'));
  expect(h.core.sessions.get(id)).toMatchObject({
    status: 'paused',
    attention: 95,
    reason: 'budget of the session reached',
  });
  expect(state().budgetHold).toMatchObject({ scope: 'session', spentTokens: 150, interrupted: true, left: false });
  expect(audited).toEqual([expect.stringMatching(/150 of 100 tokens; the session/)]);
});

test('a session that is left stopped needs nobody any more, until something is asked of it again', async () => {
  limit({ hardTokens: 100 });
  await begin();
  await says(text(150));
  await says(ends('turn-1'));
  h.core.budgets.leave({ ...command(), sessionId: id, by: 'ann' });
  expect(h.core.sessions.get(id)).toMatchObject({ status: 'paused', attention: 0 });
  expect(audited.at(-1)).toMatch(/^ann leaves/);
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('and now') });
  expect(h.core.sessions.get(id)).toMatchObject({ status: 'paused', attention: 95 });
  expect(sent()).toEqual(['one']);
  expect(() => h.core.budgets.leave({ ...command(), sessionId: id, by: 'ann' })).not.toThrow();
});

test('an override with "go on" wakes the agent that was interrupted; one that was left stopped stays so', async () => {
  limit({ hardTokens: 100 });
  await begin();
  await says(text(150));
  await says(cost(150, 0), ends('turn-1'));
  const by = { scope: 'session', id, tokens: 100, by: 'ann', goOn: true } as const;
  h.core.budgets.override({ ...command(), ...by });
  await hub.machine.until(() => sent().length === 2);
  expect(sent().at(-1)).toMatch(/continue where you stopped/);
  await turnRuns('turn-2');
  await says(text(150));
  await says(cost(150, 0), ends('turn-2'));
  h.core.budgets.leave({ ...command(), sessionId: id, by: 'ann' });
  h.core.budgets.override({ ...command(), ...by });
  expect(state().budgetHold).toBeNull();
  expect(sent()).toHaveLength(2);
});

test('an override in the middle of the turn that is being stopped lets the next prompt go, and counts from what is spent', async () => {
  limit({ hardTokens: 100 });
  await begin();
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('two') });
  await says(text(150));
  await hub.machine.until(() => interrupts() === 1);
  h.core.budgets.override({ ...command(), scope: 'session', id, tokens: 1_000, by: 'ann' });
  expect(state().budgetHold).toBeNull();
  await says(text(100));
  expect(notices()).toEqual(['budget-hard', 'budget-override']);
  await says(ends('turn-1'));
  await hub.machine.until(() => sent().length === 2);
});

test('two sessions of a project are both stopped by what they spend together', async () => {
  hub.budgets = PROJECTS(1_000);
  await begin();
  const first = id;
  await says(text(600));
  id = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('other') }).sessionId;
  await hub.machine.until(() => sent().length === 2);
  await report({ kind: 'runnerStarted', sessionId: id, provider: DEMO, process: { pid: 2, startTime: '1' } });
  await turnRuns('turn-b');
  await says(text(500));
  await hub.machine.until(() => interrupts() === 1);
  id = first;
  expect(state().budgetHold).toBeNull();
  await says(text(1));
  await hub.machine.until(() => interrupts() === 2);
  expect(h.core.budgets.standings()).toMatchObject([{ scope: 'project', spentTokens: 1_101, level: 'hard' }]);
});

test('a new month sets free what the last one held, and its own spending begins at nothing', async () => {
  hub.budgets = PROJECTS(100);
  await begin();
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('two') });
  await says(cost(150, 0), ends('turn-1'));
  expect(sent()).toEqual(['one']);
  clock.setWall(Date.UTC(2026, 11, 1));
  await clock.advanceAsync(60_000);
  await hub.machine.until(() => sent().length === 2);
  expect(h.core.budgets.standing(id)).toMatchObject([{ period: '2026-12', spentTokens: 0 }]);
});

test('a clock that is set back over the end of a month gives no new budget', async () => {
  hub.budgets = PROJECTS(100);
  clock.setWall(Date.UTC(2026, 11, 1, 0, 10));
  await begin();
  await says(cost(150, 0), ends('turn-1'));
  clock.setWall(Date.UTC(2026, 10, 30, 23, 50));
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('two') });
  expect(h.core.budgets.standing(id)).toMatchObject([{ period: '2026-12', level: 'hard' }]);
  await clock.advanceAsync(120_000);
  expect(sent()).toEqual(['one']);
});

test('the hub dies as the limit is reached: the next one stops the turn, and tells it once', async () => {
  await begin();
  await says(text(150));
  await h[Symbol.asyncDispose]();
  limit({ hardTokens: 100 });
  h = hub.open();
  await h.core.start();
  await hub.machine.until(() => interrupts() === 1);
  expect(notices()).toEqual(['budget-hard']);
  await h[Symbol.asyncDispose]();
  h = hub.open();
  await h.core.start();
  await says(text(1), ends('turn-1'));
  expect(notices()).toEqual(['budget-hard']);
  expect([interrupts(), status()]).toEqual([1, 'paused']);
});

test('subagents in the background are ended with their agent at once: no interrupt reaches them', async () => {
  limit({ hardTokens: 1_000 });
  await begin();
  await says(event({ type: 'subagent', toolUseId: 'tool-1', state: 'started', background: true }));
  await says(text(1_100, 'tool-1'));
  await hub.machine.until(() => stops() === 1);
  await says(text(1_100, 'tool-1'));
  expect([stops(), interrupts()]).toEqual([1, 0]);
});

test('subagents in the background that go on after the turn are ended with the agent; the next prompt needs no restart', async () => {
  limit({ hardTokens: 1_000 });
  await begin();
  const started = { toolUseId: 'tool-1', state: 'started', background: true };
  await says(event({ type: 'subagent', ...started }), cost(100, 0), ends('turn-1'));
  await says(text(950, 'tool-1'));
  await hub.machine.until(() => stops() === 1);
  expect(interrupts()).toBe(0);
  await report({ kind: 'runnerExited', sessionId: id, code: 0, signal: null, expected: true });
  expect(status()).toBe('paused');
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('two') });
  expect(sent()).toEqual(['one']);
  h.core.budgets.override({ ...command(), scope: 'session', id, tokens: 1_000, by: 'ann' });
  await hub.machine.until(() => sent().length === 2);
});

test('a limit that is set below what is spent stops what runs at once, one that is taken away sets it free', async () => {
  await begin();
  await says(text(500));
  limit({ hardTokens: 100 });
  h.bus.emit('settings', {});
  await hub.machine.until(() => interrupts() === 1);
  await says(ends('turn-1'));
  expect(status()).toBe('paused');
  hub.budgets = () => [];
  h.bus.emit('settings', {});
  expect([status(), state().budgetHold]).toEqual(['stopped', null]);
});

test('an override of what is not limited is refused with what would be', async () => {
  limit({ hardUsd: 5 });
  await begin();
  const by = { scope: 'session', id, by: 'ann' } as const;
  expect(() => h.core.budgets.override({ ...command(), ...by, tokens: 100 })).toThrow(/US dollars/);
  expect(() => h.core.budgets.override({ ...command(), ...by })).toThrow(/by how much/i);
  expect(() => h.core.budgets.override({ ...command(), ...by, id: ProjectId.parse('other'), usd: 1 })).toThrow(
    /no budget/,
  );
});
