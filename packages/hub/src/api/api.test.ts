import { expect, test } from 'bun:test';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandId, MAX_PROMPT_CHARS, newId, PromptId, ProviderId, type SessionId } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { rejected } from '../failure.ts';
import { fakeCore } from '../testing/fake-core.ts';
import { command, startTestHub } from '../testing/test-hub.ts';
import { Once } from './once.ts';

test('a bug is told by its number, under which the log has it', async () => {
  const streams = {
    follow: () => {
      throw new TypeError('secret inner words');
    },
    watch: async function* () {
      yield* [];
      throw new TypeError('later');
    },
  };
  await using hub = await startTestHub({ openCore: fakeCore({}, { streams }) });
  const failed = await Promise.resolve(hub.client.events.follow({ sessionId: 's' as never })).catch((error) => error);
  expect(failed).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  expect(failed.message).not.toContain('secret');
  const log = readFileSync(hub.paths.hubLog, 'utf8');
  expect(log).toContain(failed.data.id);
  expect(log).toContain('secret inner words');

  const watch = async () => {
    for await (const _ of await hub.client.events.watch({}));
  };
  await expect(watch()).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
});

test('an answer that does not fit its schema is a bug as well: told by its number', async () => {
  // Only what a client asks for: the hub's own look at its sessions, without an input, finds none.
  const sessions = { list: (input?: object) => (input ? [{ state: 'not one' }] : []) };
  await using hub = await startTestHub({ openCore: fakeCore({}, { sessions: sessions as never }) });
  const failed = await Promise.resolve(hub.client.session.list({})).catch((error) => error);
  expect(failed.message).toContain('agor made a mistake');
  expect(readFileSync(hub.paths.hubLog, 'utf8')).toContain(failed.data.id);
});

test('an edited prompt is bounded as a new one is: nothing gets into the log that no list could show', async () => {
  const agents = { editPrompt: () => undefined };
  await using hub = await startTestHub({ openCore: fakeCore({}, { agents: agents as never }) });
  const edit = (text: string) =>
    hub.client.agent.editPrompt({ commandId: command(), sessionId: 's' as never, promptId: 'p' as never, text });
  expect(await edit('x'.repeat(MAX_PROMPT_CHARS))).toEqual({ ok: true });
  await expect(edit('x'.repeat(MAX_PROMPT_CHARS + 1))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('what is no request of agor ends that connection alone', async () => {
  await using hub = await startTestHub();
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/rpc`, {
    headers: { authorization: `Bearer ${hub.token}` },
  });
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  socket.onopen = () => socket.send('not json');
  expect(await closed).toBe(1007);
  expect(await hub.client.settings.get({ key: 'theme' })).toEqual({ value: 'mocha' });
});

test('agor shutdown ends the machine first, answers, and then ends the hub', async () => {
  const order: string[] = [];
  const machine = { shutdown: async () => void order.push('machine') };
  await using hub = await startTestHub({ openCore: fakeCore(machine), onShutdown: () => void order.push('hub') });
  await hub.client.misc.shutdown({ commandId: command() });
  order.push('answered');
  await until('the hub is told to end', () => order.includes('hub'));
  expect(order).toEqual(['machine', 'answered', 'hub']);
});

test('an installation tells how far it is and ends with the version, or with why not', async () => {
  let refuse = false;
  const request = async (method: string, _params: unknown, options?: { onProgress?: (line: string) => void }) => {
    if (method !== 'providers.install') return [];
    if (refuse) throw rejected('No network: the registry does not answer.');
    options?.onProgress?.('fetching');
    options?.onProgress?.('unpacking');
    return { version: '1.2.3' };
  };
  await using hub = await startTestHub({ openCore: fakeCore({ request }) });
  const install = async () => {
    const seen: unknown[] = [];
    const input = { commandId: command(), provider: ProviderId.parse('claude') };
    for await (const item of await hub.client.providers.install(input)) seen.push(item);
    return seen;
  };
  expect(await install()).toEqual([{ progress: 'fetching' }, { progress: 'unpacking' }, { installed: '1.2.3' }]);
  refuse = true;
  await expect(install()).rejects.toMatchObject({
    code: 'REJECTED',
    defined: true,
    message: expect.stringContaining('No network'),
  });
});

test('of the environment of an agent only names are told, with what the settings add', async () => {
  const request = async (method: string) =>
    method === 'environment.explain'
      ? [
          { name: 'HOME', value: '/home/me', verdict: 'kept' },
          { name: 'OPENAI_API_KEY', value: null, verdict: 'otherVendor' },
          { name: 'SHARED', value: 'x', verdict: 'otherVendor' },
        ]
      : [];
  await using hub = await startTestHub({
    openCore: fakeCore({ request, environment: { base: {}, providers: {}, projects: {} } }),
  });
  const value = { env: { SHARED: 'mine', EXTRA: '1' } };
  await hub.client.settings.set({ commandId: command(), key: 'providers.claude', value });
  expect(await hub.client.misc.environment({ provider: ProviderId.parse('claude') })).toEqual({
    passed: ['EXTRA', 'HOME', 'SHARED'],
    withheld: ['OPENAI_API_KEY'],
  });
});

test('a command is done once, also when it is repeated before its answer; a failed one may be tried again, its id for nothing else', async () => {
  const once = new Once();
  const add = { commandId: newId(CommandId), name: 'one' };
  let times = 0;
  const work = async () => ++times;
  expect(await Promise.all([once.run('add', add, work), once.run('add', { ...add }, work)])).toEqual([1, 1]);
  expect(await once.run('add', add, work)).toBe(1);
  await expect(once.run('add', { ...add, name: 'two' }, work)).rejects.toThrow('used for another command');
  await expect(once.run('remove', add, work)).rejects.toThrow('used for another command');
  const other = { commandId: newId(CommandId) };
  await expect(once.run('add', other, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await once.run('add', other, work)).toBe(2);
});

test('a prompt from a folder below a project is a session of the project, in that folder', async () => {
  const taken: unknown[] = [];
  const agents = {
    query: (input: { projectId?: unknown; cwd?: unknown }) => {
      taken.push([input.projectId ?? null, input.cwd]);
      return { sessionId: 's' as SessionId, promptId: 'p' as PromptId };
    },
  };
  await using hub = await startTestHub({
    openCore: (options) => {
      const core = fakeCore()(options);
      return { ...core, agents: { ...core.agents, ...agents } };
    },
  });
  const project = join(hub.dir, 'code');
  const below = join(project, 'src');
  mkdirSync(below, { recursive: true });
  const { projectId } = await hub.client.groups.addProject({ commandId: command(), cwd: project });
  const prompt = { id: newId(PromptId), text: 'hi', images: [], source: 'cli' as const };
  for (const cwd of [below, hub.dir]) await hub.client.agent.query({ commandId: command(), cwd, prompt });
  expect(taken).toEqual([
    [projectId, below],
    [null, hub.dir],
  ]);
});
