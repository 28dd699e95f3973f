import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { processesWithEnv } from '@agor/runtime';
import { startAnthropic } from '../standins/anthropic.ts';
import { claudeCli } from '../standins/claude-cli.ts';
import { makeCodexHome } from '../standins/codex-home.ts';
import { startResponses } from '../standins/responses.ts';
import { vendorCli } from '../standins/vendor-cli.ts';
import { claudeEnv, World } from '../world/index.ts';
import { Collector, type ReceivedSpan } from './collector.ts';

/** The vendors' programs are read from a cold disk at first. */
const LIMIT_MS = 120_000;

const settings = (collector: Collector) => ({ AGOR_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' });

async function turnOf(collector: Collector): Promise<ReceivedSpan> {
  const { spans, refused } = await collector.has('the turn is told', (got) =>
    got.spans.some(({ name }) => name.startsWith('invoke_agent')),
  );
  expect(refused).toEqual([]);
  const turns = spans.filter(({ name }) => name.startsWith('invoke_agent'));
  expect(turns.length).toBe(1);
  return turns[0] as ReceivedSpan;
}

test(
  'the real Claude CLI is started in the trace of its prompt, and each of its model calls is a span',
  async () => {
    await claudeCli();
    const standIn = startAnthropic();
    await using stack = new AsyncDisposableStack();
    stack.defer(() => standIn.close());
    const collector = stack.use(await Collector.start());
    const world = stack.use(
      new World({ name: 'traced-claude', env: { ...claudeEnv(standIn.url), ...settings(collector) } }),
    );
    await world.serve();
    expect((await world.agor('run', '--provider', 'claude', '--json', 'hello')).exitCode).toBe(0);
    const { sessionId } = await world.session();
    const turn = await turnOf(collector);
    expect(turn.attributes).toMatchObject({ 'gen_ai.provider.name': 'anthropic', 'agor.turn.outcome': 'done' });
    const given = processesWithEnv('AGOR_SESSION', sessionId).flatMap((pid) =>
      readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .filter((entry) => entry.startsWith('TRACEPARENT=')),
    );
    expect(new Set(given)).toEqual(new Set([`TRACEPARENT=00-${turn.traceId}-${turn.spanId}-01`]));
    const { spans } = await collector.received();
    const calls = spans.filter(({ name }) => name.startsWith('chat '));
    expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual(standIn.requests.map(() => turn.spanId));
  },
  LIMIT_MS,
);

test(
  'the real Codex goes on with the trace of its prompt in its own spans, and to the server of its model',
  async () => {
    await vendorCli('codex');
    const standIn = startResponses();
    await using stack = new AsyncDisposableStack();
    stack.defer(() => standIn.close());
    const { env, config } = stack.use(makeCodexHome(standIn));
    const collector = stack.use(await Collector.start());
    const world = stack.use(new World({ name: 'traced-codex', env: settings(collector) }));
    await world.serve();
    const { PATH: _path, ...own } = env;
    const otel = { trace_exporter: { 'otlp-http': { endpoint: `${collector.url}/v1/traces`, protocol: 'binary' } } };
    const decided = JSON.stringify({ env: own, config: { ...config, otel } });
    expect((await world.agor('config', 'set', 'providers.codex', decided)).exitCode).toBe(0);
    const args = ['--provider', 'codex', '--model', 'gpt-5.5', '--json', 'hello'];
    expect((await world.agor('run', ...args)).exitCode).toBe(0);
    const { traceId, spanId, attributes } = await turnOf(collector);
    expect(attributes).toMatchObject({ 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-5.5' });
    const [, trace] = standIn.requests.at(-1)?.headers.traceparent?.split('-') ?? [];
    expect(trace).toBe(traceId);
    const ofCodex = (span: ReceivedSpan) => span.resource['service.name'] === 'codex-app-server';
    await collector.has('Codex tells what it did in the turn', ({ spans }) =>
      spans.some((span) => ofCodex(span) && span.traceId === traceId && span.parentSpanId === spanId),
    );
  },
  LIMIT_MS,
);
