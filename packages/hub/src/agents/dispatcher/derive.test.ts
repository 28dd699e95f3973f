import { expect, test } from 'bun:test';
import {
  type Ask,
  AskId,
  BlockId,
  type JournalEntry,
  type MachineEvent,
  type SessionEvent,
  type SessionEventBody,
  SessionId,
  type SessionState,
  TurnId,
} from '@agor/protocol';
import type { Adapter, Continuity } from '@agor/providers';
import { foldAll } from '@agor/session';
import { DEMO, prompt } from '../../core/testing.ts';
import { answerPromptId } from '../answer-prompt.ts';
import { derive } from './derive.ts';

const ID = SessionId.parse('s');
const TURN = TurnId.parse('t');
const BLOCK = BlockId.parse('b');

/** Says back what it is told, counting; throws when told so. */
const adapter: Adapter = {
  initial: () => ({ n: 0 }),
  adapt: (event, memory, at) => {
    const { say } = event as { say: string };
    if (say === 'throw') throw new Error('no idea');
    const n = Number(memory.n) + 1;
    return {
      messages: [{ id: `m${n}`, type: 'text', timestamp: at, content: { text: say } }],
      memory: { n },
    };
  },
};

function stateAfter(...bodies: SessionEventBody[]): SessionState {
  const created: SessionEventBody = {
    kind: 'sessionCreated',
    projectId: null,
    provider: DEMO,
    cwd: '/',
    title: '',
    permissionMode: 'default',
  };
  const events = [created, ...bodies].map((body, i) => ({ ...body, seq: i + 1, at: 1 }) as SessionEvent);
  const state = foldAll(ID, undefined, events);
  if (!state) throw new Error('no state');
  return state;
}

function run(
  event: MachineEvent,
  state: SessionState = stateAfter(),
  memory = adapter.initial(),
  continuity: Continuity = 'resumes',
) {
  const entry: JournalEntry = { seq: 7, at: 500, event };
  return derive(entry, { state, memory, adapter, continuity, now: 1_000, epoch: 'journal-epoch' });
}

const line = (fields: Extract<MachineEvent, { kind: 'runner' }>['line']): MachineEvent => ({
  kind: 'runner',
  sessionId: ID,
  line: fields,
});
const exited = (expected: boolean): MachineEvent => ({
  kind: 'runnerExited',
  sessionId: ID,
  code: null,
  signal: 'SIGKILL',
  expected,
  stderrTail: 'last words',
});
const turnStarted: SessionEventBody = { kind: 'turnStarted', turnId: TURN };
const started: SessionEventBody = { kind: 'processStarted', pid: 1, startTime: '1' };
const ask = (id: string): Ask => ({
  kind: 'permission',
  id: AskId.parse(id),
  toolName: 'Write',
  title: 'Write a file',
  input: { path: 'a' },
});

test("a vendor's event becomes messages, completes its open block, and the adapter remembers", () => {
  const { events, memory } = run(line({ type: 'agent_event', sessionId: ID, event: { say: 'hi' }, blockId: BLOCK }));
  expect(events).toEqual([
    {
      kind: 'message',
      message: { id: 'm1', type: 'text', timestamp: 500, blockId: BLOCK, content: { text: 'hi' } },
    },
  ]);
  expect(memory).toEqual({ n: 1 });
});

test('an adapter that throws loses nothing: the event is kept raw with a notice', () => {
  const { events } = run(line({ type: 'agent_event', sessionId: ID, event: { say: 'throw' } }));
  expect(events).toMatchObject([
    { kind: 'message', message: { id: 'journal--7', type: 'unknown', content: { raw: { say: 'throw' } } } },
    { kind: 'notice', level: 'error', code: 'adapter-failed' },
  ]);
});

test('a runner that dies in a turn: the turn is lost, its open asks lapse, the process has ended', () => {
  const state = stateAfter(started, turnStarted, { kind: 'askOpened', ask: ask('a') });
  const { events } = run(exited(false), state);
  expect(events).toMatchObject([
    { kind: 'turnEnded', turnId: TURN, outcome: 'lost' },
    { kind: 'askLapsed', askId: 'a' },
    { kind: 'processExited', signal: 'SIGKILL', expected: false, stderrTail: 'last words' },
  ]);
});

test('a runner that we ended: the turn is interrupted, not lost', () => {
  const { events } = run(exited(true), stateAfter(started, turnStarted));
  expect(events[0]).toMatchObject({ kind: 'turnEnded', outcome: 'interrupted' });
});

test('an answer that the dead runner never took goes the way of answers to lapsed asks, once', () => {
  const answer = { kind: 'permission', decision: 'allow' } as const;
  const asked = stateAfter(
    started,
    turnStarted,
    { kind: 'askOpened', ask: ask('a') },
    { kind: 'askAnswered', askId: AskId.parse('a'), answer, by: 'web' },
  );
  expect(run(exited(false), asked).redo).toEqual([AskId.parse('a')]);
  const carried = { ...asked, queue: [prompt('x', { id: answerPromptId(AskId.parse('a')) })] };
  expect(run(exited(false), carried).redo).toEqual([]);
});

test('an agent that cannot start fails the prompt on its way; one that dies in a turn fails the turn', () => {
  const error = line({ type: 'agent_error', sessionId: ID, message: 'no such program', class: 'not_installed' });
  const waiting = prompt('hello');
  const onItsWay = stateAfter({ kind: 'promptQueued', prompt: waiting }, { kind: 'promptSent', promptId: waiting.id });
  expect(run(error, onItsWay).events).toMatchObject([
    { kind: 'message', message: { type: 'error' } },
    { kind: 'promptFailed', promptId: waiting.id, class: 'not_installed' },
  ]);
  expect(run(error, stateAfter(turnStarted)).events).toMatchObject([
    { kind: 'message' },
    { kind: 'turnEnded', outcome: 'failed', class: 'not_installed' },
  ]);
});

test('a command that failed: a prompt becomes undelivered, a restart ends visibly, anything else is a notice', () => {
  const failed = (command: string, promptId?: ReturnType<typeof prompt>['id']): MachineEvent =>
    ({
      kind: 'commandFailed',
      sessionId: ID,
      commandId: 'c',
      command,
      promptId,
      message: 'no folder',
      class: 'unknown',
    }) as MachineEvent;
  const waiting = prompt('hello');
  const onItsWay = stateAfter({ kind: 'promptQueued', prompt: waiting }, { kind: 'promptSent', promptId: waiting.id });
  expect(run(failed('query', waiting.id), onItsWay).events[0]).toMatchObject({
    kind: 'promptFailed',
    message: 'no folder',
  });
  expect(run(failed('open')).events[0]).toMatchObject({ kind: 'processExited', expected: false, reason: 'no folder' });
  expect(run(failed('set')).events[0]).toMatchObject({ kind: 'notice', code: 'set-failed', message: 'no folder' });
});

test('a stream that broke off keeps its words as a partial message of the same block', () => {
  const block = { sessionId: ID, blockId: BLOCK, kind: 'text', text: 'half a', truncated: false } as const;
  expect(run({ kind: 'blockAborted', sessionId: ID, block }).events).toMatchObject([
    { kind: 'message', message: { type: 'text', blockId: BLOCK, content: { text: 'half a', partial: true } } },
  ]);
  expect(run({ kind: 'blockAborted', sessionId: ID, block: { ...block, kind: 'toolInput' } }).events).toEqual([]);
});

test("waits and limits are in the hub's time, and a lifted limit may free the queue", () => {
  const retrying = line({ type: 'retrying', sessionId: ID, delayMs: 250, attempt: 1, class: 'overloaded' });
  expect(run(retrying).events[0]).toMatchObject({ kind: 'retrying', until: 1_250 });
  const lifted = line({ type: 'limited', sessionId: ID, resetsAt: null, limit: '5 h', lifted: true });
  expect(run(lifted)).toMatchObject({ events: [{ kind: 'limitLifted' }], free: 'limitLifted' });
});

test('what a newer machine reports is kept whole, and a bad line shows its beginning', () => {
  expect(run({ kind: 'unknown', sessionId: ID, raw: { kind: 'new' } }).events).toEqual([
    { kind: 'unknown', raw: { kind: 'new' } },
  ]);
  const bad: MachineEvent = { kind: 'badLine', sessionId: ID, reason: 'no JSON', head: '{"a', bytes: 3 };
  expect(run(bad).events[0]).toMatchObject({
    kind: 'notice',
    level: 'warning',
    message: expect.stringContaining('{"a'),
  });
});

test('an ask that is told twice opens once', () => {
  const event = line({ type: 'ask', sessionId: ID, ask: ask('a') });
  expect(run(event).events).toHaveLength(1);
  expect(run(event, stateAfter({ kind: 'askOpened', ask: ask('a') })).events).toEqual([]);
});

const judged = (health: Extract<MachineEvent, { kind: 'health' }>['health']): MachineEvent => ({
  kind: 'health',
  sessionId: ID,
  health,
});
const runsAgain = judged({ state: 'degraded', restarts: 1, lastError: 'ended by SIGKILL.' });
const waits: SessionEventBody = {
  kind: 'health',
  health: { state: 'restarting', attempt: 1, maxAttempts: 5, nextRetryAt: 2_000, lastError: 'killed' },
};
const conversation: SessionEventBody = { kind: 'agentInfo', providerSessionId: 'c-1' };

test('a crash that will be mended says what was lost; one of an agent at rest took nothing along', () => {
  const working = stateAfter(started, turnStarted, { kind: 'askOpened', ask: ask('a') }, waits);
  const notice = run(exited(false), working).events.at(-1);
  expect(notice).toMatchObject({ kind: 'notice', level: 'warning', code: 'crash-lost' });
  expect(JSON.stringify(notice)).toContain('The running turn was lost');
  expect(JSON.stringify(notice)).toContain('An open ask can still be answered');
  for (const [event, state] of [
    [exited(false), stateAfter(started, waits)],
    [exited(false), stateAfter(started, turnStarted)],
    [exited(true), working],
  ] as const)
    expect(run(event, state).events.at(-1)).toMatchObject({ kind: 'processExited' });
});

for (const [what, continuity, known, level, words] of [
  ['that resumes', 'resumes', true, 'info', 'goes on from c-1'],
  ['that never told its conversation', 'resumes', false, 'warning', 'begins anew'],
  ["that can't resume", 'anew', true, 'warning', "can't resume"],
  ['that is handed its history', 'history', true, 'info', 'with the next prompt'],
] as const)
  test(`an agent ${what} is started again after a crash: the notice says what became of the conversation`, () => {
    const state = stateAfter(started, ...(known ? [conversation] : []), waits);
    const { events, free } = run(runsAgain, state, undefined, continuity);
    expect(events).toMatchObject([{ kind: 'health' }, { kind: 'notice', level, code: 'restarted' }]);
    expect(JSON.stringify(events[1])).toContain(words);
    expect(JSON.stringify(events[1])).toContain('(ended by SIGKILL) and was started again');
    expect(free).toBe('recovered');
  });

test('tries that are over are told with the reason; becoming healthy is no news', () => {
  const failed = judged({ state: 'failed', attempts: 5, lastError: 'it crashed each time' });
  expect(run(failed, stateAfter(waits)).events).toMatchObject([
    { kind: 'health' },
    { kind: 'notice', level: 'error', message: 'it crashed each time' },
  ]);
  expect(run(judged({ state: 'healthy' }), stateAfter(waits)).events).toHaveLength(1);
});

test("a process that was started in the background frees no queue; a person's restart does", () => {
  const start = (background?: boolean): MachineEvent => ({
    kind: 'runnerStarted',
    sessionId: ID,
    provider: DEMO,
    process: { pid: 1, startTime: '1' },
    background,
  });
  expect(run(start(true))).toMatchObject({ events: [{ kind: 'processStarted', background: true }] });
  expect(run(start(true)).free).toBeUndefined();
  expect(run(start()).free).toBe('restarted');
});
