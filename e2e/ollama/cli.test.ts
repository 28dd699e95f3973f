import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandId, newId, ProviderId } from '@agor/protocol';
import { isAlive, processRef } from '@agor/runtime';
import { until } from '@agor/runtime/testing';
import { type ModelStandIn, startOllama } from '../standins/ollama.ts';
import { messagesIn, World } from '../world/index.ts';

const LIMIT_MS = 60_000;
let standIn: ModelStandIn;
beforeAll(() => {
  standIn = startOllama();
});
afterAll(() => standIn.close());

test(
  'a local model through agor run: a write answered from elsewhere',
  async () => {
    await using world = new World({ name: 'ollama', env: { OLLAMA_HOST: standIn.url } });
    const work = world.folder('work');
    const running = world.start('run', '--cwd', work, '--provider', 'ollama', '--json', 'create run.txt: by agor run');
    const [, askId = ''] = await running.says(/agor answer (\S+) /, 'stderr');
    expect((await world.agor('answer', askId, 'allow')).exitCode).toBe(0);
    const { stdout, exitCode } = await running.ended;
    expect(exitCode).toBe(0);
    expect(readFileSync(join(work, 'run.txt'), 'utf8')).toBe('by agor run');
    const messages = messagesIn(stdout);
    expect(messages.map(({ type }) => type)).toEqual([
      'init',
      'usage',
      'tool_call',
      'permissionRequest',
      'permissionAnswer',
      'tool_result',
      'text',
      'usage',
      'cost',
    ]);
  },
  LIMIT_MS,
);

test(
  'after kill -9 of its runner a session goes on, and the model is told what was said before',
  async () => {
    await using world = new World({ name: 'ollama', env: { OLLAMA_HOST: standIn.url } });
    const work = world.folder('work');
    const first = await world.agor('run', '--cwd', work, '--provider', 'ollama', '--json', 'hello, my name is Ada');
    expect(first.exitCode).toBe(0);
    const { sessionId, pid } = await world.session();
    const runner = processRef(pid ?? 0);
    process.kill(pid ?? 0, 'SIGKILL');
    await until('the runner is gone', () => runner !== null && !isAlive(runner));
    expect((await world.agor('send', sessionId, 'ponder my name')).exitCode).toBe(0);
    await until('it was answered', async () => (await world.said(sessionId)).includes('I have thought about it.'));
    const { messages } = (standIn.requests.findLast(({ path }) => path === '/api/chat') ?? { body: null }).body as {
      messages: { role: string; content: string }[];
    };
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(messages[1]?.content).toBe('hello, my name is Ada');
    expect(messages[2]?.content).toBe('Hello. I am a scripted answer.');
    expect(messages[3]?.content).toBe('ponder my name');
  },
  LIMIT_MS,
);

test(
  "a server's models are listed and fetched through the hub, for the address in the settings",
  async () => {
    await using world = new World({ name: 'ollama' });
    await world.serve();
    const settings = JSON.stringify({ config: { host: standIn.url } });
    expect((await world.agor('config', 'set', 'providers.ollama', settings)).exitCode).toBe(0);
    using connection = await world.connect();
    const { providers } = connection.client;
    const provider = ProviderId.parse('ollama');
    expect((await providers.models({ provider })).map(({ id }) => id)).toContain('qwen3:8b');
    const told: unknown[] = [];
    const pull = { commandId: newId(CommandId), provider, model: 'smollm2:135m' };
    for await (const each of await providers.pullModel(pull)) told.push(each);
    expect(told.at(-1)).toEqual({ pulled: 'smollm2:135m' });
    expect(told).toContainEqual({ progress: 'Fetching smollm2:135m', percent: 50 });
    expect((await providers.models({ provider })).map(({ id }) => id)).toContain('smollm2:135m');
  },
  LIMIT_MS,
);
