import { afterEach, beforeEach, expect, test } from 'bun:test';
import { ProviderId } from '@agor/protocol';
import { nothingElse, PROJECT, type TestCore, TestHub } from '../core/testing.ts';
import type { OutsideTranscript } from './import.ts';

let hub: TestHub;
let h: TestCore;
beforeEach(() => {
  hub = new TestHub();
  h = hub.open();
});
afterEach(() => hub[Symbol.asyncDispose]());

const DEMO = ProviderId.parse('demo');
const text = (id: string, said: string, timestamp: number) => ({
  kind: 'message',
  message: { id, type: 'text', timestamp, content: { text: said } },
});
const conversation = (more: Partial<OutsideTranscript> = {}): OutsideTranscript => ({
  session: { providerSessionId: 'c1', cwd: hub.project, title: 'Fix it', updatedAt: 2_000, sizeBytes: 10 },
  items: [
    { kind: 'prompt', text: 'fix it', at: 1_000 },
    text('m1', 'I fix it.', 1_500),
    { kind: 'prompt', text: 'and test it', at: 1_700 },
    text('m2', 'Done.', 2_000),
  ],
  leftOut: 0,
  ...more,
});
const bring = (transcript = conversation(), projectFor = () => PROJECT) =>
  h.core.sessions.import({ provider: DEMO, providerSessionId: 'c1' }, async () => transcript, projectFor);
const eventsOf = async (id: Awaited<ReturnType<typeof bring>>) =>
  h.core.sessions.page({ sessionId: id, before: Number.MAX_SAFE_INTEGER, limit: 10_000 }).events;

test('a conversation from outside becomes a session with its transcript, and goes on with the next prompt', async () => {
  const frames = h.core.streams.watch(nothingElse);
  await frames.next();
  const id = await bring();
  expect((await frames.next()).value).toMatchObject({
    kind: 'sessions',
    changed: [{ state: { id, title: 'Fix it' } }],
  });
  await frames.return();
  const { state, status } = h.core.sessions.get(id);
  expect(state).toMatchObject({
    projectId: PROJECT,
    provider: 'demo',
    cwd: hub.project,
    providerSessionId: 'c1',
    lastPrompt: 'and test it',
    lastText: 'Done.',
    turn: null,
    queue: [],
    inFlight: [],
  });
  expect(status).toBe('done');
  const events = await eventsOf(id);
  expect(events.filter((event) => event.kind === 'turnStarted')).toHaveLength(2);
  expect(events.find((event) => event.kind === 'promptQueued')).toMatchObject({
    at: 1_000,
    prompt: { text: 'fix it' },
  });
  expect(h.core.sessions.list()[0]?.state.id).toBe(id);
});

test('the same conversation is imported once, also when it has grown since and when two ask at once', async () => {
  const [first, second] = await Promise.all([bring(), bring()]);
  expect(second).toBe(first);
  const before = await eventsOf(first);
  const grown = conversation();
  expect(await bring({ ...grown, items: [...grown.items, text('m3', 'More.', 3_000)] })).toBe(first);
  expect(await eventsOf(first)).toEqual(before);
  expect(h.core.sessions.sessionOf(DEMO, 'c1')).toBe(first);
});

test('an import that was cut off by the end of the hub begins anew, and nothing is doubled', async () => {
  const items = Array.from({ length: 1_000 }, (_, i) => text(`m${i}`, `${i}`, 1_000 + i));
  const cut = bring(conversation({ items })).then(
    () => 'imported',
    () => 'cut off',
  );
  await new Promise((resolve) => setImmediate(resolve));
  await h[Symbol.asyncDispose]();
  expect(await cut).toBe('cut off');
  h = hub.open();
  expect(h.core.sessions.list()).toEqual([]);
  const id = await bring(conversation({ items }));
  const events = await eventsOf(id);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1));
  expect(events.filter((event) => event.kind === 'message')).toHaveLength(1_000);
  await h.core.rebuild();
  expect(h.core.sessions.get(id).state.lastText).toBe('999');
});

test('what is not understood is kept raw, what comes twice counts once, and what was left out is said', async () => {
  const items = [{ kind: 'newer', x: 1 }, text('m1', 'once', 1), text('m1', 'twice', 2)];
  const events = await eventsOf(await bring(conversation({ items, leftOut: 12 })));
  const messages = events.flatMap((event) => (event.kind === 'message' ? [event.message] : []));
  expect(messages.map(({ type }) => type)).toEqual(['unknown', 'text']);
  expect(events[1]).toMatchObject({ kind: 'notice', message: expect.stringContaining('12 older items') });
});

test('a conversation in one of agor’s own folders, or outside of the project that is named, is refused in words', async () => {
  const elsewhere = conversation({ session: { ...conversation().session, cwd: '/tmp' } });
  const named = h.core.sessions.import(
    { provider: DEMO, providerSessionId: 'c1', projectId: PROJECT },
    async () => elsewhere,
    () => null,
  );
  await expect(named).rejects.toThrow('not in the folder of the project "Project"');
  const own = conversation({ session: { ...conversation().session, cwd: hub.paths.dataDir } });
  await expect(bring(own)).rejects.toThrow("agor's own folder");
  expect(h.core.sessions.get(await bring(elsewhere, () => null as never)).state.projectId).toBeNull();
});
