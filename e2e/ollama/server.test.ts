import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorClass } from '@agor/protocol';
import { findProvider } from '@agor/providers';
import { type ModelStandIn, startOllama } from '../standins/ollama.ts';
import { type LoopHome, makeLoopHome, startLoop } from './start-runner.ts';

/** Far more than it takes; other work may hold the processors. */
setDefaultTimeout(60_000);

let standIn: ModelStandIn;
let home: LoopHome;

beforeAll(() => {
  standIn = startOllama();
  home = makeLoopHome({ OLLAMA_HOST: standIn.url, OLLAMA_API_KEY: 'a-key-of-the-server' });
});
afterAll(async () => {
  home[Symbol.dispose]();
  await standIn.close();
});

const chats = () => standIn.requests.filter(({ path }) => path === '/api/chat');
const lastBody = () => chats().at(-1)?.body as Record<string, unknown>;
const place = (env: Record<string, string>, config: Record<string, unknown> = {}) => ({
  ...{ env, config, command: [], variant: null, cwd: null, claudeConfigDir: null },
});
const services = async () => {
  const found = await findProvider('ollama')?.services?.();
  if (!found?.models || !found.pullModel) throw new Error('ollama has no services');
  return { models: found.models, pullModel: found.pullModel };
};

const failures: [string, ErrorClass, string][] = [
  ['fail 401', 'auth', 'scripted failure 401'],
  ['fail 402', 'quota', 'scripted failure 402'],
  ['fail 403', 'auth', 'scripted failure 403'],
  ['fail 500', 'unknown', 'scripted failure 500'],
  ['fail midstream', 'unknown', 'unexpectedly stopped'],
  ['fail cut', 'network', 'broke off'],
];
test.each(failures)(
  '%s ends the turn as failed, in the right class and in words',
  async (prompt, errorClass, words) => {
    await using runner = startLoop(home);
    runner.prompt(prompt);
    expect(await runner.turnEnded()).toMatchObject({
      outcome: 'failed',
      class: errorClass,
      message: expect.stringContaining(words),
    });
    const errors = runner.messages().filter(({ type }) => type === 'error');
    expect(errors).toMatchObject([{ content: { class: errorClass } }]);
    runner.prompt('hello');
    expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'done' });
  },
);

test('a busy server is tried again, and the person sees that', async () => {
  await using runner = startLoop(home);
  runner.prompt('fail 429');
  const retrying = await runner.seen('retrying');
  expect(retrying).toMatchObject({ class: 'rate_limit', delayMs: 1000, attempt: 1, maxAttempts: 4 });
  runner.interrupt();
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'interrupted' });
});

test('a server that is down fails the prompt with what to do, and the session goes on when it is there', async () => {
  const gone = startOllama();
  const port = Number(new URL(gone.url).port);
  await gone.close();
  await using runner = startLoop(home, { providerConfig: { host: `127.0.0.1:${port}` } });
  runner.prompt('hello');
  expect(await runner.turnEnded()).toMatchObject({
    outcome: 'failed',
    class: 'network',
    message: expect.stringContaining('ollama serve'),
  });
  await using back = startOllama({ port });
  runner.prompt('hello');
  expect(await runner.turnEnded(2)).toMatchObject({ outcome: 'done' });
  expect(back.requests.length).toBeGreaterThan(0);
});

test('a model that is not there is told with the command that fetches it', async () => {
  await using runner = startLoop(home, { model: 'nobody:7b' });
  runner.prompt('hello');
  expect(await runner.turnEnded()).toMatchObject({
    outcome: 'failed',
    class: 'unknown',
    message: expect.stringContaining('ollama pull nobody:7b'),
  });
});

test('a model without tools talks, and the person is told once that it can do no more', async () => {
  await using runner = startLoop(home, { model: 'gemma3:4b' });
  runner.prompt('hello');
  await runner.turnEnded();
  runner.prompt('hello');
  await runner.turnEnded(2);
  expect(lastBody().tools).toBeUndefined();
  const told = runner.messages().filter((each) => each.type === 'status' && each.content.subtype === 'noTools');
  expect(told).toHaveLength(1);
  expect(runner.texts()).toHaveLength(2);
});

test('thinking is asked for only where the model can, at the level that was chosen', async () => {
  await using runner = startLoop(home);
  runner.prompt('ponder');
  await runner.turnEnded();
  expect(lastBody().think).toBe(false);
  expect(runner.messages().some(({ type }) => type === 'thinking')).toBe(false);
  const [control] = (await runner.seen('agent_info', ({ controls }) => controls !== undefined)).controls ?? [];
  expect(control).toMatchObject({ id: 'thinking', category: 'thinking', value: 'off' });

  const { sessionId } = runner;
  runner.say({ type: 'set', sessionId, controls: { thinking: 'on' } });
  runner.prompt('ponder', { controls: { thinking: 'on' } });
  await runner.turnEnded(2);
  expect(lastBody().think).toBe(true);
  expect(runner.messages().some(({ type }) => type === 'thinking')).toBe(true);

  runner.prompt('ponder', { model: 'gpt-oss:20b', controls: {} });
  await runner.turnEnded(3);
  expect(lastBody().think).toBe('medium');
  runner.prompt('ponder', { model: 'tiny:1b', controls: {} });
  await runner.turnEnded(4);
  expect(lastBody()).not.toHaveProperty('think');
  expect(runner.of('agent_info').findLast(({ controls }) => controls)?.controls).toEqual([]);
});

test('window and keep-alive are set as configured; without, as the Modelfile or the usual has it', async () => {
  await using runner = startLoop(home, { providerConfig: { numCtx: 16_384, keepAlive: '30m' } });
  runner.prompt('hello');
  await runner.turnEnded();
  expect(lastBody()).toMatchObject({ options: { num_ctx: 16_384 }, keep_alive: '30m' });
  await using plain = startLoop(home);
  plain.prompt('hello');
  await plain.turnEnded();
  expect(lastBody()).toMatchObject({ options: { num_ctx: 32_768 } });
  expect(lastBody()).not.toHaveProperty('keep_alive');
  await using tiny = startLoop(home, { model: 'tiny:1b' });
  tiny.prompt('hello');
  await tiny.turnEnded();
  expect(lastBody()).toMatchObject({ options: { num_ctx: 4_096 } });
});

test('a full window is summarised by itself, and the work goes on with what was asked', async () => {
  await using runner = startLoop(home, { providerConfig: { numCtx: 6_000 } });
  for (let n = 1; n <= 6; n++) {
    runner.prompt(`hello number ${n} ${'and so on '.repeat(400)}`);
    expect(await runner.turnEnded(n)).toMatchObject({ outcome: 'done' });
  }
  const compactions = runner.messages().filter((each) => each.type === 'compaction');
  expect(compactions.length).toBeGreaterThan(0);
  const { trigger, summary, preTokens, postTokens = 0 } = compactions[0]?.content ?? { preTokens: 0 };
  expect(trigger).toBe('auto');
  expect(summary).toContain('Goal: what was asked before');
  expect(summary).toMatch(/word for word.*\n.*hello number \d/);
  expect(postTokens).toBeLessThan(preTokens);
  expect(runner.texts()).toHaveLength(6);
});

test('/compact summarises now, and later calls begin with the summary', async () => {
  await using runner = startLoop(home);
  runner.prompt('/compact');
  await runner.turnEnded();
  expect(runner.messages().filter(({ type }) => type === 'compaction')).toEqual([]);
  runner.prompt('hello');
  await runner.turnEnded(2);
  runner.prompt('/compact');
  await runner.turnEnded(3);
  expect(runner.messages().filter(({ type }) => type === 'compaction')).toMatchObject([
    { content: { trigger: 'manual' } },
  ]);
  runner.prompt('hello again');
  await runner.turnEnded(4);
  const messages = lastBody().messages as { role: string; content: string }[];
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user']);
  expect(messages[1]?.content).toContain('Goal: what was asked before');
  expect(messages[1]?.content).toContain('hello again');
});

test('a prompt larger than the window is refused in words', async () => {
  await using runner = startLoop(home, { model: 'tiny:1b' });
  runner.prompt(`hello ${'word '.repeat(8_000)}`);
  expect(await runner.turnEnded()).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('window of 4096'),
  });
});

test("the model server's key goes to the server alone, not to what the model runs", async () => {
  await using runner = startLoop(home, { permissionMode: 'bypassPermissions' });
  runner.prompt('run: env | grep -c a-key-of-the-server');
  await runner.turnEnded();
  expect(chats().at(-1)?.headers.authorization).toBe('Bearer a-key-of-the-server');
  expect(runner.texts()).toEqual(['It printed: 0\n']);
  expect(JSON.stringify(runner.lines)).not.toContain('Bearer');
});

test('wrong settings are told in words, a key among them is refused', async () => {
  await using runner = startLoop(home, { providerConfig: { apiKey: 'x' } });
  runner.prompt('hello');
  const { message } = await runner.seen('agent_error');
  expect(message).toContain('OPENAI_API_KEY');
});

test("the project's notes for agents reach the model, and what the person adds", async () => {
  writeFileSync(join(home.work, 'AGENTS.md'), 'Always use tabs.');
  await using runner = startLoop(home, { systemPrompt: 'Speak like a pirate.' });
  runner.prompt('hello');
  await runner.turnEnded();
  const [system] = lastBody().messages as { content: string }[];
  expect(system?.content).toContain('Always use tabs.');
  expect(system?.content).toContain('Speak like a pirate.');
  expect(system?.content.length).toBeLessThan(2_500);
});

test('the models of the server are listed', async () => {
  const { models } = await services();
  const list = await models(place({ OLLAMA_HOST: standIn.url }), AbortSignal.timeout(5_000));
  expect(list[0]).toEqual({ id: 'qwen3:8b', label: 'qwen3:8b', description: '8.2B · Q4_K_M · 5.2 GB' });
  expect(models(place({ OLLAMA_HOST: '127.0.0.1:1' }), AbortSignal.timeout(5_000))).rejects.toThrow('ollama serve');
});

test('a model is fetched with its progress told, and then it is there', async () => {
  const { models, pullModel } = await services();
  const at = place({ OLLAMA_HOST: standIn.url });
  const told: (number | null)[] = [];
  await pullModel(at, 'smollm2:135m', ({ percent }) => told.push(percent), AbortSignal.timeout(5_000));
  expect(told[0]).toBe(null);
  expect(told.at(-1)).toBe(100);
  const known = told.filter((each) => each !== null);
  expect(known).toContain(50);
  expect((await models(at, AbortSignal.timeout(5_000))).map(({ id }) => id)).toContain('smollm2:135m');
  const unknown = pullModel(at, 'nobody:1b', () => {}, AbortSignal.timeout(5_000));
  expect(unknown).rejects.toThrow('There is no model nobody:1b to fetch');
});

test('a fetch that is cancelled ends', async () => {
  const { pullModel } = await services();
  const abort = new AbortController();
  const pulling = pullModel(
    place({ OLLAMA_HOST: standIn.url }),
    'endless:1b',
    ({ percent }) => void (percent === 100 && abort.abort()),
    abort.signal,
  );
  expect(pulling).rejects.toThrow();
  await pulling.catch(() => {});
});
