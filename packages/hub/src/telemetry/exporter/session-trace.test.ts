import { expect, test } from 'bun:test';
import type { AgentMessage, SessionEventBody } from '@agor/protocol';
import { ask, permissionAsk, prompt, promptId, SESSION, text, turn } from '@agor/session/testing';
import { promptSpan, traceparentOf } from '../span-ids.ts';
import { type ToldSpan, TracedSession } from './testing.ts';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const queued = (id: string, trace?: { parent: string; clickedAt?: number }): SessionEventBody => ({
  kind: 'promptQueued',
  prompt: { ...prompt(id, `words of ${id}`), ...(trace ? { trace } : {}) },
});
const sent = (id: string): SessionEventBody => ({ kind: 'promptSent', promptId: promptId(id) });
const delivered = (id: string): SessionEventBody => ({ kind: 'promptDelivered', promptId: promptId(id) });
const begun = (id: string, of?: string): SessionEventBody => ({
  kind: 'turnStarted',
  turnId: turn(id),
  ...(of === undefined ? {} : { promptId: promptId(of) }),
});
const ended = (
  id: string,
  outcome: 'done' | 'failed' | 'interrupted' | 'lost' = 'done',
  more: object = {},
): SessionEventBody => ({ kind: 'turnEnded', turnId: turn(id), outcome, ...more });
const said = (message: Omit<AgentMessage, 'id' | 'timestamp'> & { timestamp?: number }): SessionEventBody => ({
  kind: 'message',
  message: { id: crypto.randomUUID(), timestamp: 0, ...message } as AgentMessage,
});
const called = (toolUseId: string, name: string, more: object = {}): SessionEventBody =>
  said({ type: 'tool_call', content: { toolUseId, name, kind: 'other', input: { word: 'sesame' } }, ...more });
const result = (toolUseId: string, isError = false, more: object = {}): SessionEventBody =>
  said({ type: 'tool_result', content: { toolUseId, output: 'open sesame', isError }, ...more });

/** Each span with the names above it: `agor.prompt > invoke_agent worker`. */
function tree(spans: readonly ToldSpan[]): string[] {
  const path = (span: ToldSpan): string => {
    const above = spans.find(({ spanId }) => spanId === span.parent);
    return above ? `${path(above)} > ${span.name}` : span.name;
  };
  return spans.map(path).sort();
}

function one(spans: readonly ToldSpan[], name: string): ToldSpan {
  const [found, more] = spans.filter((span) => span.name === name);
  if (!found || more) throw new Error(`not one span is called ${name}`);
  return found;
}

test('a prompt, its turn, calls of tools and of the model, and a question to the person are one tree', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a'), sent('a'));
  session.add(delivered('a'), begun('t', 'a'));
  session.add(
    called('c1', 'Write', {
      spent: { model: 'm1', inputTokens: 10, outputTokens: 2, cacheReadTokens: 5, cacheCreationTokens: 0 },
    }),
  );
  session.add({ kind: 'askOpened', ask: permissionAsk('q') });
  session.add({ kind: 'askAnswered', askId: ask('q'), answer: { kind: 'allow' } as never, by: 'web' });
  session.add(result('c1', true));
  session.add(text('x', 'done'), ended('t'));
  const spans = await session.told();
  expect(tree(spans)).toEqual([
    'agor.prompt',
    'agor.prompt > invoke_agent worker',
    'agor.prompt > invoke_agent worker > agor.ask',
    'agor.prompt > invoke_agent worker > chat m1',
    'agor.prompt > invoke_agent worker > execute_tool Write',
  ]);
  expect(one(spans, 'agor.prompt')).toMatchObject({ from: 2, until: 11, failed: false });
  expect(one(spans, 'agor.prompt').events).toEqual(['agor.prompt.sent', 'agor.prompt.delivered']);
  expect(one(spans, 'invoke_agent worker')).toMatchObject({ from: 5, until: 11 });
  expect(one(spans, 'agor.ask')).toMatchObject({ from: 7, until: 8 });
  expect(one(spans, 'execute_tool Write')).toMatchObject({ failed: true });
  expect(one(spans, 'execute_tool Write').attributes['error.type']).toBe('tool_error');
  expect(one(spans, 'chat m1').attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.usage.input_tokens': 15,
    'gen_ai.usage.cache_read.input_tokens': 5,
    'gen_ai.usage.output_tokens': 2,
  });
  expect(JSON.stringify(spans)).not.toContain('words of a');
  expect(JSON.stringify(spans)).not.toContain('sesame');
});

test('one call of the model that is told in pieces is one span, also of a subagent', async () => {
  const session = new TracedSession();
  void session.exporter;
  const spent = (inputTokens: number, outputTokens: number) => ({
    spent: { model: 'm1', inputTokens, outputTokens, cacheReadTokens: 0, cacheCreationTokens: 0 },
  });
  const usage = (inputTokens: number, outputTokens: number, more: object = {}) =>
    said({ type: 'usage', content: {}, ...spent(inputTokens, outputTokens), ...more });
  session.add(queued('a'), sent('a'), begun('t', 'a'));
  session.add(
    usage(10, 1),
    usage(0, 20),
    called('sub', 'Task', { content: { toolUseId: 'sub', name: 'Task', kind: 'agent', input: {} } }),
  );
  session.add(usage(5, 1, { parentId: 'sub' }), usage(0, 2, { parentId: 'sub' }), result('sub'));
  session.add(usage(30, 3), ended('t'));
  const chats = (await session.told()).filter(({ name }) => name === 'chat m1');
  const tokens = chats.map(({ from, until, attributes }) => [
    from,
    until,
    attributes['gen_ai.usage.input_tokens'],
    attributes['gen_ai.usage.output_tokens'],
  ]);
  expect(tokens).toEqual([
    [4, 6, 10, 21],
    [4, 9, 5, 3],
    [10, 11, 30, 3],
  ]);
});

test('what a subagent calls is below the call that started it', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a'), sent('a'), begun('t', 'a'));
  session.add(called('sub', 'Task'), called('c', 'Read', { parentId: 'sub' }), result('c', false, { parentId: 'sub' }));
  session.add(result('sub'), ended('t'));
  expect(tree(await session.told())).toContain(
    'agor.prompt > invoke_agent worker > execute_tool Task > execute_tool Read',
  );
});

test('the agent is told of the very span of its turn, before the turn begins', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a', { parent: PARENT }), sent('a'));
  const told = { sessionId: SESSION, seq: session.seq, steer: false };
  const traceparent = traceparentOf({ ...prompt('a'), trace: { parent: PARENT } }, told);
  session.add(begun('t', 'a'), ended('t'));
  const spans = await session.told();
  const { traceId, spanId } = one(spans, 'invoke_agent worker');
  expect(traceparent).toBe(`00-${traceId}-${spanId}-01`);
  expect(traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  expect(one(spans, 'agor.prompt')).toMatchObject({ parent: '00f067aa0ba902b7', spanId: promptSpan(promptId('a')) });
});

test('a click of a window is told by the hub, and cannot be long before or after the prompt came', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a', { parent: PARENT, clickedAt: 1_500 }), sent('a'), begun('t', 'a'), ended('t'));
  session.add(queued('b', { parent: PARENT.replace('4bf9', '4bf8'), clickedAt: 9e15 }), sent('b'), begun('u', 'b'));
  session.add(ended('u'));
  const clicks = (await session.told()).filter(({ name }) => name === 'agor.click');
  expect(clicks.map(({ spanId, parent, from, until }) => ({ spanId, parent, from, until }))).toEqual([
    { spanId: '00f067aa0ba902b7', parent: undefined, from: 1, until: 2 },
    { spanId: '00f067aa0ba902b7', parent: undefined, from: 6, until: 6 },
  ]);
});

test('a trace that its beginner does not record is not recorded', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a', { parent: PARENT.replace(/01$/, '00'), clickedAt: 1_500 }), sent('a'), begun('t', 'a'));
  session.add(called('c', 'Read'), result('c'), ended('t'));
  expect(await session.told()).toEqual([]);
});

test('a failed turn says why by its class, with what was still open', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a'), sent('a'), begun('t', 'a'), called('c', 'Read'));
  session.add(ended('t', 'failed', { class: 'rate_limit', message: 'sesame' }));
  const spans = await session.told();
  for (const name of ['agor.prompt', 'invoke_agent worker']) {
    expect(one(spans, name).failed).toBe(true);
    expect(one(spans, name).attributes).toMatchObject({ 'error.type': 'rate_limit', 'agor.turn.outcome': 'failed' });
  }
  expect(one(spans, 'execute_tool Read').failed).toBe(true);
  expect(JSON.stringify(spans)).not.toContain('sesame');
});

test('an interrupted turn is no failure', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a'), sent('a'), begun('t', 'a'), { kind: 'stopRequested', mode: 'interrupt', by: 'web' });
  session.add(ended('t', 'interrupted'));
  const span = one(await session.told(), 'invoke_agent worker');
  expect(span).toMatchObject({ failed: false, events: ['agor.stop_requested'] });
  expect(span.attributes['agor.turn.outcome']).toBe('interrupted');
});

test('prompts that never reach an agent end when that is known; sent again, one begins anew in the same trace', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a'), queued('b'), { kind: 'promptCancelled', promptId: promptId('b') });
  session.add(sent('a'), { kind: 'promptFailed', promptId: promptId('a'), message: 'no folder', class: 'unknown' });
  session.add(sent('a'));
  session.add(begun('t', 'a'), ended('t'));
  const prompts = (await session.told()).filter(({ name }) => name === 'agor.prompt');
  const outcomes = prompts.map(
    ({ attributes }) => attributes['agor.prompt.outcome'] ?? attributes['agor.turn.outcome'],
  );
  expect(outcomes).toEqual(['cancelled', 'failed', 'done']);
  expect(prompts[1]?.traceId).toBe(prompts[2]?.traceId as string);
});

test('a prompt that went into a running turn ends with that', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a'), sent('a'), delivered('a'), begun('t', 'a'));
  session.add(queued('b'), sent('b'), delivered('b'));
  session.add(ended('t'));
  const prompts = (await session.told()).filter(({ name }) => name === 'agor.prompt');
  expect(prompts.map(({ attributes, until }) => [attributes['agor.prompt.id'], until])).toEqual([
    ['a', 9],
    ['b', 9],
  ]);
});

test('an agent that begins by itself has a trace of its own; its process is told where nothing runs, too', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add({ kind: 'processStarted', pid: 7, startTime: '1' });
  session.add(begun('t'), ended('t'));
  session.add({ kind: 'processExited', code: null, signal: 'SIGKILL', expected: false });
  const spans = await session.told();
  expect(tree(spans)).toEqual(['agent_started', 'invoke_agent worker', 'sidecar_crashed']);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);
});

test('after a restart of the hub the spans go on, and what was told before is not told again', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a'), sent('a'), begun('t', 'a'), called('c1', 'Read'), result('c1'), called('c2', 'Write'));
  await session.restart();
  void session.exporter;
  session.add(result('c2'), ended('t'));
  const spans = await session.told();
  expect(tree(spans)).toEqual([
    'agor.prompt',
    'agor.prompt > invoke_agent worker',
    'agor.prompt > invoke_agent worker > execute_tool Read',
    'agor.prompt > invoke_agent worker > execute_tool Write',
  ]);
  expect(one(spans, 'agor.prompt').from).toBe(2);
});

test('what was said is told on request, cut short and without secrets', async () => {
  const session = new TracedSession({ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' });
  void session.exporter;
  session.add(queued('a'), sent('a'), begun('t', 'a'), called('c', 'Read'), result('c'));
  session.add(text('x', `sesame ${'long '.repeat(10_000)}`), ended('t'));
  const spans = await session.told();
  expect(one(spans, 'agor.prompt').attributes['gen_ai.input.messages']).toBe(
    '[{"role":"user","parts":[{"type":"text","content":"words of a"}]}]',
  );
  expect(one(spans, 'execute_tool Read').attributes).toMatchObject({
    'gen_ai.tool.call.arguments': '{"word":"[secret]"}',
    'gen_ai.tool.call.result': 'open [secret]',
  });
  const answer = String(one(spans, 'invoke_agent worker').attributes['gen_ai.output.messages']);
  expect(JSON.parse(answer)[0].parts[0].content).toStartWith('[secret] long');
  expect(answer.length).toBeLessThan(10_000);
});

test('a prompt that brings messages points to the turns in which they were written', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a'), sent('a'), begun('t', 'a'), ended('t'));
  session.add(queued('b'), sent('b'), begun('u', 'b'), ended('u'));
  const from = 'p1'; // the session's own project: it writes to itself here
  session.messages.set('mail', [
    { from, at: 5_000 },
    { from, at: 6_000 },
    { from, at: 99_000 },
    { from: 'admin', at: 6_000 },
  ]);
  session.add({ kind: 'promptQueued', prompt: { ...prompt('mail'), source: 'agor' } });
  session.add({ kind: 'promptCancelled', promptId: promptId('mail') });
  const spans = await session.told();
  const [first, second] = spans.filter(({ name }) => name === 'invoke_agent worker');
  const mail = spans.find(({ attributes }) => attributes['agor.prompt.id'] === 'mail');
  expect(mail?.links).toEqual([first?.spanId as string, second?.spanId as string]);
});

test('what an agent wrote is told with its turn, also where that has not been told yet', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a'), sent('a'), begun('t', 'a'), ended('t'));
  session.add(queued('b'), sent('b'));
  session.messages.set('mail', [{ from: 'p1', at: 7_000 }]);
  session.add({ kind: 'promptQueued', prompt: { ...prompt('mail'), source: 'agor' } });
  session.add({ kind: 'promptCancelled', promptId: promptId('mail') }, begun('u', 'b'), ended('u'));
  const spans = await session.told();
  const second = spans.findLast(({ name }) => name === 'invoke_agent worker');
  const mail = spans.find(({ attributes }) => attributes['agor.prompt.id'] === 'mail');
  expect(mail?.links).toEqual([second?.spanId as string]);
});

test('that anchors were kept by themselves is told', async () => {
  const session = new TracedSession();
  void session.exporter;
  session.add(queued('a'), sent('a'), begun('t', 'a'));
  session.add({ kind: 'notice', level: 'info', code: 'anchors-kept', message: 'kept' }, ended('t'));
  expect(one(await session.told(), 'invoke_agent worker').events).toEqual(['auto_anchor_created']);
});
