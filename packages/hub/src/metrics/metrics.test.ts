import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  AgentMessage,
  type MachineEvent,
  MetricsQuery,
  type SessionEvent,
  type SessionEventBody,
  type SessionId,
  TurnId,
} from '@agor/protocol';
import { ManualClock } from '@agor/runtime/testing';
import { command, DEMO, PROJECT, type TestCore, TestHub } from '../core/testing.ts';
import type { CountedTurn } from '../events/index.ts';
import { MetricsTable } from './metrics-table.ts';
import { NEW_TURN_METER, step } from './turn-meter.ts';

let hub: TestHub;
let h: TestCore;
let id: SessionId;
let clock: ManualClock;
let nth = 0;

beforeEach(async () => {
  clock = new ManualClock(Date.UTC(2026, 10, 23, 12));
  hub = new TestHub(clock);
  hub.machine.listen();
  await open();
  id = h.core.sessions.create({ ...command(), projectId: PROJECT, provider: DEMO, model: 'claude-opus-4-5' }).sessionId;
  hub.machine.runners.push(id);
  await report({ kind: 'runnerStarted', sessionId: id, provider: DEMO, process: { pid: 1, startTime: 'x' } });
});
afterEach(() => hub[Symbol.asyncDispose]());

async function open(): Promise<void> {
  h = hub.open();
  await h.core.start();
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
  event: { id: `e${++nth}`, at: 1_000, ...fields },
});
const starts = (turn: string): Line => ({ type: 'agent_started', sessionId: id, turnId: TurnId.parse(turn) });
const ends = (turn: string, outcome: 'done' | 'failed' = 'done', message?: string): Line => ({
  type: 'turn_ended',
  sessionId: id,
  turnId: TurnId.parse(turn),
  outcome,
  ...(message ? { message } : {}),
});
const cost = (inputTokens: number): Line =>
  event({ type: 'result', durationMs: 5, inputTokens, outputTokens: 40, isError: false, errors: [] });
const tool = (toolUseId: string): Line =>
  event({ type: 'toolCall', toolUseId, name: 'Bash', kind: 'execute', title: 'ls', input: {} });
const now = (query: object = {}) => h.core.metrics.report(MetricsQuery.parse(query));
const table = (name: string) => h.db.raw.query(`SELECT * FROM ${name} ORDER BY 1, 2, 3`).all();

test('a turn gives one row: what it cost, read, wrote and called, and how full the window was', async () => {
  await says(starts('t1'), tool('a'), tool('b'), cost(1_000), ends('t1'));
  expect(now().turns).toEqual([
    expect.objectContaining({
      sessionId: id,
      projectId: PROJECT,
      provider: 'demo',
      model: 'claude-opus-4-5',
      outcome: 'done',
      costUsd: 0,
      inputTokens: 1_000,
      outputTokens: 40,
      toolCalls: 2,
      peakContextTokens: 1_040,
      error: null,
    }),
  ]);
  expect(now().days).toEqual([
    { day: '2026-11-23', costUsd: 0, inputTokens: 1_000, outputTokens: 40, turns: 1, toolCalls: 2, failed: 0 },
  ]);
  expect(now().models).toEqual([
    { model: 'claude-opus-4-5', costUsd: 0, turns: 1, inputTokens: 1_000, outputTokens: 40 },
  ]);
});

test('a failed turn tells why; a turn whose process died is lost', async () => {
  await says(starts('t1'), ends('t1', 'failed', 'no network'), starts('t2'));
  await report({ kind: 'runnerExited', sessionId: id, code: 1, signal: null, expected: false, reason: 'crashed' });
  expect(now().turns.map(({ outcome, error }) => [outcome, error])).toEqual(
    expect.arrayContaining([
      ['failed', 'no network'],
      ['lost', expect.any(String)],
    ]),
  );
  expect(now().days[0]).toMatchObject({ turns: 2, failed: 2 });
});

test('a cost that comes after the end of its turn counts to it', async () => {
  await says(starts('t1'), ends('t1'), cost(500));
  expect(now().turns).toEqual([expect.objectContaining({ inputTokens: 500, outputTokens: 40 })]);
  expect(now().days[0]).toMatchObject({ turns: 1, inputTokens: 500 });
});

test('restarts in the middle of a turn, a lost write and a rebuild change no row', async () => {
  await says(starts('t1'), cost(250), ends('t1'), starts('t2'), tool('c'));
  await h[Symbol.asyncDispose]();
  await open();
  await says(tool('d'), cost(500), ends('t2'));
  const rows = table('session_metrics');
  const days = table('session_metric_days');
  expect(
    now()
      .turns.map(({ inputTokens, toolCalls }) => `${inputTokens} ${toolCalls}`)
      .sort(),
  ).toEqual(['250 0', '500 2']);
  expect(days).toEqual([expect.objectContaining({ turns: 2, input_tokens: 750, tool_calls: 2 })]);

  await h.core.rebuild();
  expect(table('session_metrics')).toEqual(rows);
  expect(table('session_metric_days')).toEqual(days);

  // As after a crash that came between a commit of the log and the count of it.
  h.db.raw.run('DELETE FROM session_metrics');
  h.db.raw.run('DELETE FROM session_metric_days');
  h.db.raw.run('DELETE FROM session_metric_meters');
  await h[Symbol.asyncDispose]();
  await open();
  expect(table('session_metrics')).toEqual(rows);
  expect(table('session_metric_days')).toEqual(days);
});

const turnId = TurnId.parse('t');
const started = { kind: 'turnStarted', turnId } as const;
const ended = { kind: 'turnEnded', turnId, outcome: 'done' } as const;
const process = { kind: 'processStarted', pid: 1, startTime: 'x' } as const;
const message = (type: string, content: object, spent?: object): SessionEventBody => ({
  kind: 'message',
  message: AgentMessage.parse({ id: `m${++nth}`, type, content, timestamp: 1, ...(spent ? { spent } : {}) }),
});

/** The turns that a log gives. */
function turnsOf(...log: SessionEventBody[]): CountedTurn[] {
  let meter = NEW_TURN_METER;
  return log.flatMap((one, at) => {
    const next = step(meter, { ...one, seq: at + 1, at: (at + 1) * 1_000 } as SessionEvent);
    meter = next.meter;
    return next.turn ? [next.turn] : [];
  });
}

test('turns before the first process of a session are a copy, and were the work of another', () => {
  expect(turnsOf(started, ended, process, started, ended).map(({ startedAt }) => startedAt)).toEqual([4_000]);
});

test('a turn costs what its provider says; without a word of it, what its calls cost by the list', () => {
  const tokens = { inputTokens: 1_000, outputTokens: 100, cacheReadTokens: 500 };
  const spoken = message('text', { text: 'so' }, { ...tokens, model: 'claude-opus-4-5' });
  const bill = { totalCostUsd: 3, costUsd: 3, durationMs: 1, numTurns: 1, isError: false, ...tokens };
  const [billed, guessed] = turnsOf(process, started, spoken, message('cost', bill), ended, started, spoken, ended);
  expect(billed).toMatchObject({ costUsd: 3, inputTokens: 1_500, outputTokens: 100 });
  expect(guessed).toMatchObject({ inputTokens: 1_500, outputTokens: 100 });
  expect(guessed?.costUsd).toBeGreaterThan(0);
});

/** Two turns, three days apart. */
function twoTurns(kept?: number): MetricsTable {
  const small = new MetricsTable(h.db, kept);
  const turn = { model: 'm', inputTokens: 1, outputTokens: 1, toolCalls: 0, peakContextTokens: null };
  const of = { sessionId: id, projectId: PROJECT, provider: 'demo' };
  const add = (seq: number, endedAt: number, costUsd: number) =>
    small.add(of, seq, { ...turn, outcome: 'done', error: null, startedAt: endedAt - 5, endedAt, costUsd });
  add(101, clock.now(), 0.25);
  add(102, clock.now() + THREE_DAYS, 0.5);
  // Counted twice, it is there once.
  add(102, clock.now() + THREE_DAYS, 0.5);
  return small;
}
const THREE_DAYS = 3 * 24 * 3600_000;

test('a report is of one project or all, of so many days, newest turns first', () => {
  const both = twoTurns();
  const at = (query: object) => both.report(MetricsQuery.parse(query), clock.now() + THREE_DAYS);
  expect(at({}).turns.map(({ costUsd }) => costUsd)).toEqual([0.5, 0.25]);
  expect(at({ limit: 1 }).turns.map(({ costUsd }) => costUsd)).toEqual([0.5]);
  expect(at({ days: 3 }).days.map(({ day }) => day)).toEqual(['2026-11-26']);
  expect(at({ days: 3 }).turns).toHaveLength(1);
  expect(at({ days: 4 }).days.map(({ day, turns }) => [day, turns])).toEqual([
    ['2026-11-23', 1],
    ['2026-11-26', 1],
  ]);
  expect(at({ projectId: 'another' })).toEqual({ days: [], turns: [], models: [] });
  expect(at({ projectId: PROJECT }).turns).toHaveLength(2);
});

test('what no report can ask for goes, and of too many turns the oldest', () => {
  const small = twoTurns(1);
  small.prune(clock.now());
  expect(table('session_metrics')).toEqual([expect.objectContaining({ seq: 102 })]);
  expect(table('session_metric_days')).toHaveLength(2);
  small.prune(clock.now() + 100 * 24 * 3600_000);
  expect(table('session_metrics')).toEqual([]);
  expect(table('session_metric_days')).toEqual([]);
});

test('of a hundred thousand turns a report reads sums and the newest rows by an index, never the whole table', () => {
  h.db.raw.run(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
     INSERT INTO session_metrics SELECT 's' || (i % 500), i, 'p' || (i % 20), 'demo', 'm', ?1 - i * 60000, ?1 - i * 60000, 'done',
       0.01, 10, 10, 1, NULL, NULL FROM n`,
    [clock.now()],
  );
  const plan = (sql: string) =>
    h.db.raw
      .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail)
      .join('; ');
  const newest = 'ORDER BY ended_at DESC LIMIT 50';
  expect(plan(`SELECT * FROM session_metrics WHERE ended_at >= 5 ${newest}`)).toContain('session_metrics_by_end');
  expect(plan(`SELECT * FROM session_metrics WHERE ended_at >= 5 AND project_id = 'p1' ${newest}`)).toBe(
    'SEARCH session_metrics USING INDEX session_metrics_by_project (project_id=? AND ended_at>?)',
  );
  expect(now({ limit: 500, days: 90 }).turns).toHaveLength(500);
  expect(now({ limit: 500, days: 90, projectId: 'p3' }).turns).toHaveLength(500);
}, 60_000);
