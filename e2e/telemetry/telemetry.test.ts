import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandId, newId, SessionId } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { type ModelStandIn, startOllama } from '../standins/ollama.ts';
import { TeamWorld } from '../team/team-world.ts';
import { World } from '../world/index.ts';
import { Collector, type ReceivedSpan } from './collector.ts';

const LIMIT_MS = 90_000;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CLIENT = '00f067aa0ba902b7';

let model: ModelStandIn;
beforeAll(() => {
  model = startOllama();
});
afterAll(() => model.close());

/** A world whose hub exports to this collector, without waiting long. */
function worldWith({ url }: Pick<Collector, 'url'>, env: Record<string, string> = {}): World {
  return new World({
    name: 'telemetry',
    env: {
      AGOR_OTLP_ENDPOINT: url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_METRIC_EXPORT_INTERVAL: '250',
      OLLAMA_HOST: model.url,
      ...env,
    },
  });
}

/** The only span of this name. */
function one(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const [found, ...others] = spans.filter((span) => span.name === name);
  if (!found || others.length > 0) throw new Error(`${others.length + (found ? 1 : 0)} spans are called ${name}`);
  return found;
}

/** Names of spans whose parent was not received. */
function orphans(spans: readonly ReceivedSpan[], known: readonly string[] = []): string[] {
  const ids = new Set([...known, ...spans.map(({ spanId }) => spanId)]);
  return spans.filter(({ parentSpanId }) => parentSpanId !== null && !ids.has(parentSpanId)).map(({ name }) => name);
}

test(
  'one prompt is one trace, from the command line through hub, machine and runner to the model and back',
  async () => {
    await using collector = await Collector.start();
    await using world = worldWith(collector, { TRACEPARENT: `00-${TRACE}-${CLIENT}-01` });
    await world.serve();
    const before = model.requests.length;
    const work = world.folder('work');
    const words = 'create run.txt: by agor run';
    const running = world.start('run', '--cwd', work, '--provider', 'ollama', '--json', words);
    const [, askId = ''] = await running.says(/agor answer (\S+) /, 'stderr');
    expect((await world.agor('answer', askId, 'allow')).exitCode).toBe(0);
    expect((await running.ended).exitCode).toBe(0);

    const { spans, refused } = await collector.has('the prompt is told', (got) =>
      got.spans.some(({ name, traceId }) => name === 'agor.prompt' && traceId === TRACE),
    );
    expect(refused).toEqual([]);
    const trace = spans.filter(({ traceId }) => traceId === TRACE);
    expect(orphans(trace, [CLIENT])).toEqual([]);
    const prompt = one(trace, 'agor.prompt');
    expect(prompt.parentSpanId).toBe(CLIENT);
    expect(one(trace, 'agent_query').parentSpanId).toBe(prompt.spanId);
    expect(one(trace, 'command query').parentSpanId).toBe(prompt.spanId);
    const turn = one(trace, 'invoke_agent ollama');
    expect(turn.parentSpanId).toBe(prompt.spanId);
    const tool = trace.find(({ name }) => name.startsWith('execute_tool '));
    expect(tool?.parentSpanId).toBe(turn.spanId);
    expect(one(trace, 'agor.ask').parentSpanId).toBe(turn.spanId);
    expect(trace.filter(({ name }) => name.startsWith('chat')).map(({ parentSpanId }) => parentSpanId)).toEqual(
      Array.from({ length: 2 }, () => turn.spanId),
    );

    const calls = model.requests.slice(before).filter(({ path }) => path === '/api/chat');
    expect(calls.length).toBe(2);
    for (const { headers } of calls) expect(headers.traceparent).toBe(`00-${TRACE}-${turn.spanId}-01`);

    const { 'gen_ai.usage.input_tokens': input = 0, 'gen_ai.usage.output_tokens': output = 0 } = turn.attributes;
    expect(turn.resource).toMatchObject({ 'service.name': 'agent-orchestrator' });
    expect(turn.kind).toBe('SPAN_KIND_CLIENT');
    expect(turn.attributes).toMatchObject({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.provider.name': 'ollama',
      'gen_ai.agent.name': 'ollama',
      'gen_ai.conversation.id': expect.any(String),
      'gen_ai.response.model': expect.any(String),
      'agor.turn.outcome': 'done',
    });
    expect(tool?.attributes).toMatchObject({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.call.id': expect.any(String),
      'gen_ai.tool.type': 'function',
    });
    expect(one(trace, 'agor.ask').attributes).toMatchObject({ 'agor.ask.outcome': 'answered' });
    // What was said is nobody's business.
    expect(JSON.stringify(spans)).not.toContain('by agor run');

    const { metrics } = await collector.has('the metrics are told', (got) =>
      ['gen_ai.client.token.usage', 'gen_ai.invoke_agent.duration', 'agor.turns.running'].every((name) =>
        got.metrics.some((metric) => metric.name === name),
      ),
    );
    const tokens = metrics.filter(({ name }) => name === 'gen_ai.client.token.usage');
    const used = (type: string) => tokens.findLast(({ attributes }) => attributes['gen_ai.token.type'] === type);
    expect(used('input')?.value).toBe(Number(input));
    expect(used('output')?.value).toBe(Number(output));
    expect(Number(input)).toBeGreaterThan(0);
    expect(used('input')?.bounds.slice(0, 4)).toEqual([1, 4, 16, 64]);
    expect(used('input')?.attributes).toMatchObject({ 'gen_ai.provider.name': 'ollama' });
    expect((await collector.received()).refused).toEqual([]);
  },
  LIMIT_MS,
);

test(
  'a trace goes on through kill -9 of the hub, with subagents below the call that started them',
  async () => {
    await using collector = await Collector.start();
    await using world = worldWith(collector);
    await world.serve();
    const work = world.folder('work');
    const first = await world.agor('run', '--cwd', work, '--provider', 'demo', '--json', 'subagent delay=1');
    expect(first.exitCode).toBe(0);
    const { sessionId } = await world.session();
    const told = await collector.has('the first prompt is told', ({ spans }) =>
      spans.some(({ name }) => name === 'agor.prompt'),
    );
    expect(orphans(told.spans)).toEqual([]);
    const subagent = told.spans.find(({ attributes }) => attributes['agor.tool.kind'] === 'agent');
    expect(told.spans.filter(({ parentSpanId }) => parentSpanId === subagent?.spanId).length).toBeGreaterThan(0);

    expect((await world.agor('send', sessionId, 'gate')).exitCode).toBe(0);
    await until('it works', async () => (await world.session()).status === 'running');
    await world.killHub();
    await world.serve();
    using connection = await world.connect();
    await connection.client.agent.interrupt({ commandId: newId(CommandId), sessionId: SessionId.parse(sessionId) });
    const { spans, refused } = await collector.has(
      'the second prompt is told',
      (got) => got.spans.filter(({ name }) => name === 'agor.prompt').length === 2,
    );
    expect(refused).toEqual([]);
    const prompt = spans.findLast(({ name }) => name === 'agor.prompt');
    const turn = spans.findLast(({ name }) => name === 'invoke_agent demo');
    expect(turn?.traceId).toBe(prompt?.traceId as string);
    expect(turn?.parentSpanId).toBe(prompt?.spanId as string);
    // Each span once, though the hub read its events a second time.
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  },
  LIMIT_MS,
);

test(
  'an agent that another one writes to works in a trace of its own, which points to the turn that it was written in',
  async () => {
    await using collector = await Collector.start();
    const env = { AGOR_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' };
    const members = [
      { id: 'chief', name: 'Chief', role: 'manager' },
      { id: 'web', name: 'Web' },
    ];
    await using world = new TeamWorld({ name: 'telemetry-team', env }, members);
    await world.serve();
    await world.begin('chief', 'run btmsg send web hello');
    const { spans, refused } = await collector.has('both turns are told', (got) =>
      ['Chief', 'Web'].every((name) => got.spans.some((span) => span.name === `invoke_agent ${name}`)),
    );
    expect(refused).toEqual([]);
    const [chief, web] = [one(spans, 'invoke_agent Chief'), one(spans, 'invoke_agent Web')];
    await collector.has('the prompt of the other is told', (got) =>
      got.spans.some(({ spanId, links }) => spanId === web.parentSpanId && links.includes(chief.spanId)),
    );
    expect(web.traceId).not.toBe(chief.traceId);
  },
  LIMIT_MS,
);

test(
  'without a collector agents work, the person is told once, and the hub ends in time',
  async () => {
    const collector = await Collector.start();
    await collector.kill();
    await using world = worldWith(collector);
    await world.serve();
    const { exitCode, stdout } = await world.agor('run', '--provider', 'demo', '--json', 'say hello');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('hello');
    using connection = await world.connect();
    const frames = await connection.client.events.watch({});
    for await (const frame of frames) {
      const problems = frame.kind === 'snapshot' || frame.kind === 'problems' ? frame.problems : [];
      if (problems.some(({ code }) => code === 'telemetry-export')) break;
    }
    expect(await world.stopHub()).toBe(0);
    const log = readFileSync(world.paths.hubLog, 'utf8');
    expect(log.match(/telemetry can not be exported/g)?.length).toBe(1);
  },
  LIMIT_MS,
);

test(
  'what was said is exported only when the person asks for it, and without secrets',
  async () => {
    const key = `sk-ant-${'a1B2'.repeat(10)}`;
    await using collector = await Collector.start();
    await using world = worldWith(collector, { AGOR_OTLP_CONTENT: '1' });
    await world.serve();
    expect((await world.agor('run', '--provider', 'demo', '--json', `say my key is ${key}`)).exitCode).toBe(0);
    const { spans } = await collector.has('the prompt is told', (got) =>
      got.spans.some(({ name }) => name === 'agor.prompt'),
    );
    const said = one(spans, 'agor.prompt').attributes['gen_ai.input.messages'];
    expect(said).toContain('my key is');
    expect(one(spans, 'invoke_agent demo').attributes['gen_ai.output.messages']).toContain('my key is');
    expect(JSON.stringify(spans)).not.toContain(key);
  },
  LIMIT_MS,
);

test(
  'switched off, nothing of it is loaded, sent, or kept',
  async () => {
    await using collector = await Collector.start();
    await using world = worldWith(collector, { AGOR_OTLP_ENDPOINT: '' });
    await world.serve();
    expect((await world.agor('run', '--provider', 'demo', '--json', 'say hello')).exitCode).toBe(0);
    const { sessionId } = await world.session();
    using connection = await world.connect();
    const { events } = await connection.client.persistence.page({
      sessionId: SessionId.parse(sessionId),
      before: 1_000,
      limit: 100,
    });
    expect(JSON.stringify(events)).not.toContain('"trace"');
    // What exports is in a file of its own, which only a hub with an address for it reads.
    const { build } = await connection.client.misc.info({});
    const programs = join(import.meta.dir, '..', '..', 'dist', build);
    expect(readFileSync(join(programs, 'telemetry.js'), 'utf8')).toContain('OTLPTraceExporter');
    expect(readFileSync(join(programs, 'hub.js'), 'utf8')).not.toContain('OTLPTraceExporter');
    expect(await collector.received()).toEqual({ spans: [], metrics: [], refused: [], batches: 0 });
  },
  LIMIT_MS,
);
