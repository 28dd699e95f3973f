import { afterEach, beforeEach, expect, test } from 'bun:test';
import { type BudgetLimit, type MachineEvent, type SessionEvent, type SessionId, TurnId } from '@agor/protocol';
import { command, DEMO, PROJECT, prompt, type TestCore, TestHub } from '../core/testing.ts';

let hub: TestHub;
let h: TestCore;
let id: SessionId;
let seq = 0;

beforeEach(async () => {
  hub = new TestHub();
  hub.machine.listen();
  h = hub.open();
  await h.core.start();
});
afterEach(() => hub[Symbol.asyncDispose]());

const state = () => h.core.sessions.get(id).state;
const sent = () => hub.machine.commands.flatMap(({ command: c }) => (c.kind === 'query' ? [c.prompt] : []));
const interrupts = () => hub.machine.commands.filter(({ command: c }) => c.kind === 'interrupt').length;
const notices = (): string[] =>
  h.core.sessions.page({ sessionId: id, before: 1e9, limit: 1_000 }).events.flatMap(codeOf);
const codeOf = (event: SessionEvent): string[] => (event.kind === 'notice' ? [event.code] : []);

function limit(limits: BudgetLimit): void {
  hub.budgets = (session) => [{ kind: 'session', id: session.id, label: 'the session', limit: limits }];
}

async function report(...events: MachineEvent[]): Promise<void> {
  hub.machine.journal(...events);
  await hub.machine.until(() => hub.machine.acknowledged === hub.machine.seq);
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
  h.core.budgets.override(override);
  await hub.machine.until(() => sent().length === 2);
  expect(notices()).toEqual(['budget-hard', 'budget-override']);
  h.core.budgets.override(override);
  expect(h.core.budgets.standing(id)).toMatchObject([{ spentTokens: 150, addedTokens: 500, level: 'free' }]);
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
