import { afterEach, beforeEach, expect, test } from 'bun:test';
import { type Ask, AskId, type LinkCommand, type SessionId, TurnId } from '@agor/protocol';
import { command, DEMO, PROJECT, prompt, type TestCore, TestHub } from '../core/testing.ts';
import { Failure } from '../failure.ts';

let hub: TestHub;
let h: TestCore;
let sessionId: SessionId;
const TURN = TurnId.parse('turn');
const ASK = AskId.parse('ask-1');
const permission: Ask = {
  kind: 'permission',
  id: ASK,
  toolName: 'Write',
  title: 'Write note.txt',
  input: { path: 'note.txt', content: 'hi' },
  alwaysLabel: 'Always write note.txt so',
};
const allow = { kind: 'permission', decision: 'allow' } as const;

beforeEach(async () => {
  hub = new TestHub();
  hub.machine.listen();
  h = hub.open();
  await h.core.start();
  ({ sessionId } = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('go') }));
  await hub.machine.until(() => commands().length === 1);
});
afterEach(() => hub[Symbol.asyncDispose]());

const commands = (): LinkCommand['command'][] => hub.machine.commands.map((c) => c.command);
const state = () => h.core.sessions.get(sessionId).state;
const status = () => state().asks.find((a) => a.ask.id === ASK)?.status;

async function report(...entries: Parameters<TestHub['machine']['journal']>): Promise<void> {
  hub.machine.journal(...entries);
  await hub.machine.until(() => hub.machine.acknowledged === hub.machine.seq);
}
async function asks(ask: Ask = permission): Promise<void> {
  await report(
    { kind: 'runnerStarted', sessionId, provider: DEMO, process: { pid: 1, startTime: '1' } },
    {
      kind: 'runner',
      sessionId,
      line: { type: 'agent_started', sessionId, turnId: TURN, promptId: state().inFlight[0]?.id },
    },
    { kind: 'runner', sessionId, line: { type: 'ask', sessionId, ask } },
  );
}
const dies = () => report({ kind: 'runnerExited', sessionId, code: null, signal: 'SIGKILL', expected: false });
const answer = (by: string, what: Parameters<TestCore['core']['asks']['answer']>[0]['answer'] = allow, id = ASK) =>
  h.core.asks.answer({ ...command(), askId: id, answer: what, by });

function failure(fn: () => unknown): Failure {
  try {
    fn();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

test('of two clients that answer one ask the first wins, and the other is told who did what', async () => {
  await asks();
  answer('web');
  const lost = failure(() => answer('cli', { kind: 'permission', decision: 'deny' }));
  expect(lost).toMatchObject({ code: 'CONFLICT', data: { by: 'web', detail: 'allowed' } });
  await hub.machine.until(() => commands().length === 2);
  expect(commands()[1]).toEqual({ kind: 'answer', sessionId, askId: ASK, answer: allow });
  await report({ kind: 'runner', sessionId, line: { type: 'answer_accepted', sessionId, askId: ASK } });
  expect(status()).toBe('delivered');
  expect(failure(() => answer('cli'))).toMatchObject({ code: 'CONFLICT', data: { by: 'web' } });
});

test('the index of asks is made anew from the log', async () => {
  await asks();
  answer('web');
  const rows = () => h.db.raw.query('SELECT id, session_id, answered_by, answer FROM asks').all();
  const before = rows();
  h.db.raw.run('DELETE FROM asks');
  expect(await h.core.rebuild()).toMatchObject({ sessions: 1 });
  expect(rows()).toEqual(before);
  expect(failure(() => answer('cli'))).toMatchObject({ code: 'CONFLICT' });
});

test('the same answer sent twice by one client is one answer', async () => {
  await asks();
  const input = { ...command(), askId: ASK, answer: allow, by: 'web' };
  h.core.asks.answer(input);
  h.core.asks.answer(input);
  await hub.machine.until(() => commands().length === 2);
});

test('what is no ask, was taken back, or gets the wrong kind of answer is refused with the reason', async () => {
  expect(failure(() => answer('web'))).toMatchObject({ code: 'NOT_FOUND' });
  await asks();
  const wrong = failure(() => answer('web', { kind: 'question', answers: {} }));
  expect(wrong).toMatchObject({
    code: 'REJECTED',
    message: 'This ask is a permission: it wants allow, always or deny.',
  });
  await report({ kind: 'runner', sessionId, line: { type: 'ask_withdrawn', sessionId, askId: ASK } });
  expect(failure(() => answer('web'))).toMatchObject({
    code: 'REJECTED',
    message: expect.stringContaining('took this ask back'),
  });
});

test('"always" keeps a rule for exactly this input of the project, in later runs, until it is revoked', async () => {
  await asks();
  answer('web', { kind: 'permission', decision: 'always' });
  const [rule] = h.core.asks.rules({ projectId: PROJECT });
  expect(rule).toMatchObject({
    toolName: 'Write',
    inputJson: '{"content":"hi","path":"note.txt"}',
    label: 'Always write note.txt so',
    once: false,
  });
  const other = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('again') });
  await hub.machine.until(() => commands().some((c) => c.sessionId === other.sessionId));
  expect(commands().at(-1)).toMatchObject({
    options: { rules: [{ id: rule?.id, toolName: 'Write', decision: 'allow' }] },
  });
  h.core.asks.revokeRule({ ...command(), ruleId: rule?.id ?? '' });
  expect(h.core.asks.rules({})).toEqual([]);
  expect(failure(() => h.core.asks.revokeRule({ ...command(), ruleId: 'x' }))).toMatchObject({ code: 'NOT_FOUND' });
});

test('what can only be allowed once is not allowed always', async () => {
  await asks({ ...permission, alwaysLabel: undefined });
  const always = () => answer('web', { kind: 'permission', decision: 'always' });
  expect(failure(always)).toMatchObject({ code: 'REJECTED' });
  expect([status(), h.core.asks.rules({})]).toEqual(['open', []]);
});

test('"always" covers every call of the tool only where the ask says so', async () => {
  await asks({ ...permission, alwaysScope: 'tool' });
  answer('web', { kind: 'permission', decision: 'always' });
  expect(h.core.asks.rules({})[0]?.inputJson).toBeUndefined();
});

test('a lapsed ask is answered: the session resumes with the answer, and the call is allowed exactly once', async () => {
  await asks();
  await dies();
  expect(status()).toBe('lapsed');
  answer('web');
  await hub.machine.until(() => commands().length === 2);
  expect(commands()[1]).toMatchObject({
    kind: 'query',
    promptId: `answer-${ASK}`,
    prompt: 'The person allowed your call of Write; run it again now.',
    options: { rules: [{ toolName: 'Write', once: true, inputJson: '{"content":"hi","path":"note.txt"}' }] },
  });
  expect(failure(() => answer('cli'))).toMatchObject({ code: 'CONFLICT', data: { by: 'web' } });
  const [rule] = h.core.asks.rules({});
  await report(
    {
      kind: 'runner',
      sessionId,
      line: { type: 'agent_started', sessionId, turnId: TURN, promptId: state().inFlight[0]?.id },
    },
    { kind: 'runner', sessionId, line: { type: 'rule_used', sessionId, ruleId: rule?.id ?? '' } },
  );
  expect(status()).toBe('delivered');
  expect(h.core.asks.rules({})).toEqual([]);
});

test('a denied lapsed ask, an answered question and an approved plan are told to the agent, without a rule', async () => {
  const question: Ask = {
    kind: 'question',
    id: ASK,
    title: '?',
    questions: [{ question: 'Which?', multiSelect: false, options: [] }],
  };
  const plan: Ask = { kind: 'plan', id: AskId.parse('ask-2'), title: 'A plan', plan: '1.' };
  const denied: Ask = { ...permission, id: AskId.parse('ask-3') };
  await asks(question);
  await report(
    { kind: 'runner', sessionId, line: { type: 'ask', sessionId, ask: plan } },
    { kind: 'runner', sessionId, line: { type: 'ask', sessionId, ask: denied } },
  );
  await dies();
  for (const answers of [{}, { 'Which?': ' ' }, { 'Another?': 'blue' }] as Record<string, string>[])
    expect(failure(() => answer('web', { kind: 'question', answers }))).toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining('"Which?" has no answer yet'),
    });
  answer('web', { kind: 'question', answers: { 'Which?': 'the blue one' } });
  answer('web', { kind: 'plan', decision: 'approve', mode: 'acceptEdits' }, plan.id);
  answer('web', { kind: 'permission', decision: 'deny', message: 'not there' }, denied.id);
  const texts = [...state().inFlight, ...state().queue].map((p) => p.text);
  expect(texts[0]).toContain('the blue one');
  expect(texts[1]).toBe('The person approved your plan. Carry it out now.');
  expect(texts[2]).toContain('denied your call of Write. They said: not there');
  expect(state().permissionMode).toBe('acceptEdits');
  expect(h.core.asks.rules({})).toEqual([]);
});

test('an answer that the runner never took because it died is kept, and waits for the person to go on', async () => {
  await asks();
  answer('web');
  await dies();
  expect(status()).toBe('answered');
  expect(state().queue.map((p) => String(p.id))).toEqual([`answer-${ASK}`]);
  expect(h.core.sessions.get(sessionId).status).toBe('failed');
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('go on') });
  expect(state().inFlight.map((p) => String(p.id))).toEqual([`answer-${ASK}`]);
});

test('taking back the prompt that carries an answer makes the ask answerable again', async () => {
  await asks();
  answer('web');
  await dies();
  const [waiting] = state().queue;
  if (!waiting) throw new Error('nothing waits');
  h.core.agents.cancelPrompt({ ...command(), sessionId, promptId: waiting.id });
  expect(status()).toBe('lapsed');
  answer('cli', { kind: 'permission', decision: 'deny' });
  expect(status()).toBe('answered');
});
