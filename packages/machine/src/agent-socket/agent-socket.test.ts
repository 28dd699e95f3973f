import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { SessionId, TeamAnswer } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { Journal } from '../journal/index.ts';
import { openStore } from '../store/index.ts';
import { AgentSocket, SessionTokens, TeamCalls } from './index.ts';

const session = SessionId.parse('s1');
let stack: DisposableStack;
let unix: string;
let tokens: SessionTokens;
let calls: TeamCalls;

beforeEach(() => {
  stack = new DisposableStack();
  const dir = stack.use(tempDir());
  unix = join(dir.path, 'a.sock');
  const store = stack.adopt(openStore(join(dir.path, 'journal.db')), (one) => one.close());
  const log = createLogger({ name: 'test', file: '/dev/null' });
  const journal = stack.adopt(new Journal({ db: store.journal, log }), (one) => one.close());
  tokens = new SessionTokens();
  calls = new TeamCalls(journal, new ManualClock());
  stack.use(new AgentSocket(unix, tokens, calls));
});
afterEach(() => stack.dispose());

async function post(token: string | null, body: string, path = '/team') {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`http://agor${path}`, { unix, method: 'POST', headers, body });
  return { status: response.status, answer: TeamAnswer.parse(await response.json()) };
}
const call = JSON.stringify({ id: 'call-one', operation: 'btmsg.send', input: {} });

test('a call with a live token reaches the hub as its session, whatever the call says of itself', async () => {
  const token = tokens.issue(session);
  calls.connect((frame) => {
    calls.answered(frame.call.id, { state: 'done', result: frame.sessionId });
  });
  const lying = JSON.stringify({ ...JSON.parse(call), sessionId: 's2', from: 'admin' });
  expect(await post(token, lying)).toEqual({ status: 200, answer: { state: 'done', result: 's1' } });
});

test('no token, a forged one and one whose runner has ended get nothing', async () => {
  const ended = tokens.issue(session);
  tokens.revoke(ended);
  for (const token of [null, 'f'.repeat(64), ended, ''])
    expect(await post(token, call)).toMatchObject({ status: 401, answer: { code: 'unauthorized' } });
});

test('what is no call is refused with words, and so is any other path', async () => {
  const token = tokens.issue(session);
  for (const body of ['', '{', '[]', '{"id":"x"}', 'null'])
    expect(await post(token, body)).toMatchObject({ status: 400, answer: { state: 'failed', code: 'invalid' } });
  expect(await post(token, call, '/rpc')).toMatchObject({ status: 404 });
});
