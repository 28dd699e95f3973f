import { expect, test } from 'bun:test';
import { AgentMessage, readSessionEvent, type SessionEvent } from '@agor/protocol';
import { estimate, NEW_METER, step } from './meter.ts';

let seq = 0;
const event = (body: object): SessionEvent => readSessionEvent({ seq: ++seq, at: 0, ...body });
const started = event({ kind: 'processStarted', pid: 1, startTime: '1' });
const model = (name: string) => event({ kind: 'agentInfo', model: name });
const message = (fields: object) =>
  event({ kind: 'message', message: AgentMessage.parse({ id: `m${seq}`, timestamp: 0, ...fields }) });
const called = message({
  type: 'text',
  content: { text: 'x'.repeat(4_000) },
  spent: { inputTokens: 100_000, outputTokens: 1 },
});
const cost = (fields: object) =>
  message({
    type: 'cost',
    content: {
      totalCostUsd: 0,
      durationMs: 1,
      inputTokens: 1e6,
      outputTokens: 0,
      numTurns: 1,
      isError: false,
      ...fields,
    },
  });

function run(...events: SessionEvent[]) {
  return events.reduce<ReturnType<typeof step>>(({ meter }, one) => step(meter, one), { meter: NEW_METER });
}

test('a running turn is estimated by what its calls used and the length of what was said, at the list price of its model', () => {
  const { meter } = run(started, model('claude-sonnet-4-5'), called);
  expect(estimate(meter).tokens).toBe(101_000);
  expect(estimate(meter).usd).toBeCloseTo(0.3 + 0.015);
});

test("the turn's cost takes the place of the estimate; a provider's own sum counts while it runs", () => {
  const after = run(started, model('claude-sonnet-4-5'), called, cost({ totalCostUsd: 0.2, costUsd: 0.2 }));
  expect(after.spent).toEqual({ usd: 0.2, tokens: 1e6, unpricedTokens: 0 });
  expect(estimate(after.meter)).toEqual({ usd: 0, tokens: 0, unpricedTokens: 0 });
  const told = step(after.meter, message({ type: 'usage', content: { totalCostUsd: 0.7 } }));
  expect(estimate(told.meter).usd).toBeCloseTo(0.5);
});

test('tokens of a model without a known price are counted and said to be so', () => {
  expect(run(started, model('a-new-model'), cost({})).spent).toEqual({ usd: 0, tokens: 1e6, unpricedTokens: 1e6 });
});

test('a turn that ends without a cost counts as estimated; what was copied from another session does not count', () => {
  const ended = event({ kind: 'turnEnded', turnId: 't', outcome: 'lost' });
  expect(run(started, called, ended).spent?.tokens).toBe(101_000);
  expect(run(called, ended).spent).toBeUndefined();
});
