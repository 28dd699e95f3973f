import { afterEach, beforeEach, expect, test } from 'bun:test';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentMessage } from '@agor/protocol';
import type { ServicePlace } from '../../services.ts';
import { codexServices } from './index.ts';
import { MAX_ITEMS } from './read-rollout.ts';

const CAPTURED = join(import.meta.dir, '..', 'fixtures', 'rollouts');
const GOLDEN = join(import.meta.dir, '..', 'golden', 'rollout.json');
const { signal } = new AbortController();
const { outside, readOutside } = codexServices;
if (!outside || !readOutside) throw new Error('these services are what is tested');

let root: string;
let place: ServicePlace;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'agor-rollouts-test-'));
  place = { env: { CODEX_HOME: root }, config: {}, command: [], variant: null, cwd: null, claudeConfigDir: null };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const idOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const line = (type: string, payload: object) =>
  `${JSON.stringify({ timestamp: '2026-11-22T22:11:51.928Z', type, payload })}\n`;
const meta = (cwd = '/p', more: object = {}) => line('session_meta', { cwd, source: 'cli', ...more });
const item = (payload: object) => line('response_item', payload);
const user = (text: string) => item({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
const assistant = (text: string) =>
  item({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] });

function file(n: number, text: string, at = n): string {
  const folder = join(root, 'sessions', '2026', '11', '22');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `rollout-2026-11-22T10-00-00-${idOf(n)}.jsonl`);
  writeFileSync(path, text);
  utimesSync(path, at, at);
  return path;
}

const titles = async (given: Partial<ServicePlace> = {}) =>
  (await outside({ ...place, ...given }, { limit: 50 }, signal)).sessions.map(({ title }) => title);

test('conversations are listed newest first by what the person asked first, also behind Codex’s own words', async () => {
  const own = user('<environment_context>\n</environment_context>') + user('# AGENTS.md instructions for /p\n…');
  file(1, meta() + own + user('the first prompt\nof two lines'));
  file(2, meta() + user('the second'));
  expect(await titles()).toEqual(['the second', 'the first prompt ↵ of two lines']);
});

test('subagents, empty conversations and what is no rollout are not listed, nor is anything where Codex was never used', async () => {
  expect(await titles()).toEqual([]);
  file(1, meta('/p', { source: { subagent: { thread_spawn: {} } } }) + user('inner'));
  file(2, meta());
  file(3, 'no json\n');
  file(4, '');
  writeFileSync(join(root, 'sessions', 'notes.jsonl'), meta() + user('x'));
  expect(await titles()).toEqual([]);
});

test('only the conversations of a folder are listed when one is asked for', async () => {
  file(1, meta('/a/b') + user('of b'));
  file(2, meta('/a/b/c') + user('of c'));
  expect(await titles({ cwd: '/a/b' })).toEqual(['of b']);
});

test('pages follow each other without a gap or a double, also when files come and go', async () => {
  for (let n = 1; n <= 7; n++) file(n, meta() + user(`prompt ${n}`), Math.ceil(n / 2));
  const first = await outside(place, { limit: 3 }, signal);
  file(99, meta() + user('a new one'), 99);
  const second = await outside(place, { limit: 3, after: first.next ?? '' }, signal);
  const third = await outside(place, { limit: 3, after: second.next ?? '' }, signal);
  const all = [first, second, third].flatMap(({ sessions }) => sessions.map(({ title }) => title));
  expect(all).toEqual(['prompt 7', 'prompt 6', 'prompt 5', 'prompt 4', 'prompt 3', 'prompt 2', 'prompt 1']);
  expect(third.next).toBeNull();
});

test('a thousand conversations of 200 kB: the process goes on answering while a page of them is read', async () => {
  const filler = line('event_msg', { type: 'token_count', filler: 'x'.repeat(200_000) });
  for (let n = 1; n <= 1000; n++) file(n, meta(n % 500 === 0 ? '/rare' : '/p') + user(`prompt ${n}`) + filler);
  let answers = 0;
  const ticking = setInterval(() => answers++, 1);
  const page = await outside(place, { limit: 50 }, signal);
  const rare = await outside({ ...place, cwd: '/rare' }, { limit: 50 }, signal);
  clearInterval(ticking);
  expect(page.sessions.map(({ title }) => title).slice(0, 2)).toEqual(['prompt 1000', 'prompt 999']);
  expect(page.sessions).toHaveLength(50);
  expect(rare.sessions.map(({ title }) => title)).toEqual(['prompt 1000', 'prompt 500']);
  expect(answers).toBeGreaterThan(5);
});

test('a conversation of the real Codex reads as it was reviewed', async () => {
  const [name = ''] = readdirSync(CAPTURED);
  const folder = join(root, 'sessions', '2026', '11', '22');
  mkdirSync(folder, { recursive: true });
  cpSync(join(CAPTURED, name), join(folder, name));
  utimesSync(join(folder, name), 1, 1);
  const [listed] = (await outside(place, { limit: 1 }, signal)).sessions;
  const { session, items } = await readOutside(place, listed?.providerSessionId ?? '', signal);
  expect(session).toEqual(listed ?? session);
  const messages = items.flatMap((each) => (each.kind === 'message' ? [each.message] : []));
  for (const message of messages) expect(AgentMessage.safeParse(message).error).toBeUndefined();
  expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, `${JSON.stringify({ session, items }, null, 1)}\n`);
  expect({ session, items }).toEqual(JSON.parse(readFileSync(GOLDEN, 'utf8')));
});

test('of a huge conversation the newest part is read, and how much is left out is said', async () => {
  let text = meta() + user('begin');
  for (let n = 0; n < 3 * MAX_ITEMS; n++) text += assistant(`answer ${n}`);
  file(1, text);
  const { items } = await readOutside(place, idOf(1), signal);
  expect(items).toHaveLength(MAX_ITEMS + 1);
  expect(items[0]).toMatchObject({
    message: { content: { message: `${2 * MAX_ITEMS + 1} older messages stay in Codex’s own file.` } },
  });
  expect(items.at(-1)).toMatchObject({ message: { content: { text: `answer ${3 * MAX_ITEMS - 1}` } } });
});

test('a conversation that is gone is told as such', async () => {
  await expect(readOutside(place, idOf(7), signal)).rejects.toThrow('no conversation');
});
