import { afterEach, beforeEach, expect, test } from 'bun:test';
import { TeamAnswer } from '@agor/protocol';
import { startTestHub, type TestHub } from '../testing/test-hub.ts';

let hub: TestHub;
beforeEach(async () => {
  hub = await startTestHub();
});
afterEach(() => hub[Symbol.asyncDispose]());

async function post(body: string, headers: Record<string, string> = { authorization: `Bearer ${hub.token}` }) {
  const response = await fetch(`${hub.url}/team`, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}
const call = (operation: string, input: unknown = {}) => JSON.stringify({ id: crypto.randomUUID(), operation, input });
const answer = (text: string) => TeamAnswer.parse(JSON.parse(text));

test("the operator's shell is answered with the hub's token", async () => {
  const { status, text } = await post(call('btmsg.whoami'));
  expect(status).toBe(200);
  expect(answer(text)).toMatchObject({ state: 'done', result: { id: 'admin', role: 'admin', tier: 0 } });
});

test('a refusal is an answer with its code; what is no call is a bad request', async () => {
  const refused = await post(call('btmsg.send', { to: 'nobody', content: 'hello' }));
  expect({ status: refused.status, answer: answer(refused.text) }).toMatchObject({
    status: 200,
    answer: { state: 'failed', code: 'notFound' },
  });
  const empty = await post(call('btmsg.send', { to: 'nobody', content: '' }));
  expect(answer(empty.text)).toMatchObject({ code: 'invalid', message: 'content: the message is empty' });
  for (const bad of ['', '{', '[]', '{"id":"short"}']) expect((await post(bad)).status).toBe(400);
});

test('without the token, with a wrong one, and from a foreign page there is nothing to be had', async () => {
  expect((await post(call('btmsg.whoami'), {})).status).toBe(401);
  expect((await post(call('btmsg.whoami'), { authorization: `Bearer ${'f'.repeat(64)}` })).status).toBe(401);
  const foreign = { authorization: `Bearer ${hub.token}`, origin: 'http://evil.example' };
  expect((await post(call('btmsg.whoami'), foreign)).status).toBe(403);
});
