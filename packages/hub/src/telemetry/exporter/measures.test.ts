import { expect, test } from 'bun:test';
import { prompt, promptId, SESSION, turn } from '@agor/session/testing';
import { TracedSession } from './testing.ts';

test('tokens, cost and duration of a turn are measured once, with provider and model', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add({ kind: 'promptQueued', prompt: prompt('a') }, { kind: 'promptSent', promptId: promptId('a') });
  session.add({ kind: 'turnStarted', turnId: turn('t'), promptId: promptId('a') });
  session.bus.emit('turn', {
    sessionId: SESSION,
    turn: {
      model: 'm1',
      startedAt: 0,
      endedAt: 1,
      outcome: 'done',
      costUsd: 0.25,
      inputTokens: 300,
      outputTokens: 20,
      toolCalls: 0,
      peakContextTokens: null,
      error: null,
    },
  });
  session.add({ kind: 'turnEnded', turnId: turn('t'), outcome: 'done' });
  const [span] = (await session.told()).filter(({ name }) => name.startsWith('invoke_agent'));
  expect(span?.attributes).toMatchObject({
    'gen_ai.usage.input_tokens': 300,
    'gen_ai.usage.output_tokens': 20,
    'gen_ai.response.model': 'm1',
    'agor.cost.usd': 0.25,
  });
  expect(session.points('gen_ai.client.token.usage').map(({ value }) => (value as { sum: number }).sum)).toEqual([
    300, 20,
  ]);
  expect(session.points('agor.cost')).toMatchObject([{ value: 0.25, attributes: { 'gen_ai.provider.name': 'demo' } }]);
  const [duration] = session.points('gen_ai.invoke_agent.duration');
  expect(duration).toMatchObject({ value: { sum: 1, count: 1 }, attributes: { 'gen_ai.response.model': 'm1' } });
});

test('what waits now is read when the metrics are sent', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add({ kind: 'promptQueued', prompt: prompt('a') }, { kind: 'promptSent', promptId: promptId('a') });
  session.add({ kind: 'turnStarted', turnId: turn('t'), promptId: promptId('a') });
  session.add({ kind: 'promptQueued', prompt: prompt('b') });
  await session.told();
  const [running] = session.points('agor.turns.running');
  const [waiting] = session.points('agor.prompts.waiting');
  expect([running?.value, waiting?.value]).toEqual([1, 1]);
});
