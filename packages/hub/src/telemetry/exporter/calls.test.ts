import { expect, test } from 'bun:test';
import { CommandId, PromptId, ProviderId } from '@agor/protocol';
import { prompt, SESSION } from '@agor/session/testing';
import { traceparentOf } from '../span-ids.ts';
import { TracedSession } from './testing.ts';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test('a command of a client is a span by its name, what only reads is none, and a failure says its code', async () => {
  const session = new TracedSession();
  const { exporter } = session;
  const call = (path: string[], input: unknown, work: () => Promise<unknown> = async () => 1) =>
    exporter.call({ path, input }, work);
  expect(await call(['pty', 'spawn'], { commandId: 'c1' })).toBe(1);
  expect(await call(['session', 'list'], {})).toBe(1);
  const refused = Object.assign(new Error('no'), { code: 'REJECTED' });
  expect(call(['agent', 'stopAll'], { commandId: 'c2' }, () => Promise.reject(refused))).rejects.toThrow('no');
  const spans = await session.told();
  expect(spans.map(({ name, failed }) => [name, failed])).toEqual([
    ['pty_spawn', false],
    ['agent_stop_all', true],
  ]);
  expect(spans[1]?.attributes['error.type']).toBe('REJECTED');
});

test('the command that a prompt becomes is below the prompt, others below the call that made them, until the machine has them', async () => {
  const session = new TracedSession();
  const { exporter, outbox } = session;
  const given = { ...prompt('p'), trace: { parent: PARENT } };
  const add = (id: string, command: object) => outbox?.added(CommandId.parse(id), command as never);
  await exporter.call({ path: ['agent', 'query'], input: { commandId: 'c1', prompt: given } }, async () => {
    const traceparent = traceparentOf(given, { sessionId: SESSION, seq: 3, steer: false });
    const provider = ProviderId.parse('claude');
    add('m1', { kind: 'query', sessionId: SESSION, promptId: PromptId.parse('p'), traceparent, provider });
  });
  await exporter.call({ path: ['agent', 'stop'], input: { commandId: 'c2', sessionId: SESSION } }, async () =>
    add('m2', { kind: 'stop', sessionId: SESSION }),
  );
  add('m3', { kind: 'interrupt', sessionId: SESSION });
  outbox?.acknowledged(['m1', 'm2', 'unknown'].map((id) => CommandId.parse(id)));
  const spans = await session.told();
  const named = (name: string) => spans.find((span) => span.name === name);
  expect(named('command query')?.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  expect(named('agent_query')?.parent).toBe(named('command query')?.parent as string);
  expect(named('command stop')?.parent).toBe(named('agent_stop')?.spanId as string);
  expect(named('command interrupt')).toBeUndefined();
});

test('a prompt with a trace that is none is called all the same', async () => {
  const session = new TracedSession();
  for (const wrong of [{ id: 'p', trace: { parent: 7 } }, { id: 7 }, 'nothing', undefined])
    await session.exporter.call({ path: ['agent', 'query'], input: { commandId: 'c', prompt: wrong } }, async () => 1);
  expect((await session.told()).map(({ name }) => name)).toEqual(Array.from({ length: 4 }, () => 'agent_query'));
});
