import { afterEach, beforeEach, expect, test } from 'bun:test';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentMessage } from '@agor/protocol';
import type { OutsideItem, ServicePlace } from '../../services.ts';
import { claudeServices } from './index.ts';
import { MAX_ITEMS } from './read-transcript.ts';

const CAPTURED = join(import.meta.dir, '..', 'fixtures', 'transcripts', 'session.jsonl');
const GOLDEN = join(import.meta.dir, '..', 'golden', 'transcript.json');
const { signal } = new AbortController();
const { outside, readOutside } = claudeServices;
if (!outside || !readOutside) throw new Error('these services are what is tested');

let root: string;
let place: ServicePlace;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'agor-outside-test-'));
  place = { env: { HOME: root }, config: {}, command: [], variant: null, cwd: null, claudeConfigDir: null };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const line = (fields: object) => `${JSON.stringify(fields)}\n`;
const said = (uuid: string, parentUuid: string | null, text: string, more: object = {}) =>
  line({
    parentUuid,
    isSidechain: false,
    type: 'user',
    message: { role: 'user', content: text },
    uuid,
    cwd: '/p',
    ...more,
  });
const answered = (uuid: string, parentUuid: string, content: object[], id = `msg-${uuid}`) =>
  line({ parentUuid, isSidechain: false, type: 'assistant', message: { id, content }, uuid, cwd: '/p' });

function file(n: number, text: string, at = n, folder = '-p', name = `${idOf(n)}.jsonl`): string {
  const path = join(root, '.claude', 'projects', folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, at, at);
  return path;
}

const titles = async (given: Partial<ServicePlace> = {}) =>
  (await outside({ ...place, ...given }, { limit: 50 }, signal)).sessions.map(({ title }) => title);

/** An item in one line. */
function inShort(item: OutsideItem): string {
  if (item.kind === 'prompt') return `> ${item.text}`;
  const { type, content } = item.message;
  return `${type} ${'text' in content ? content.text : 'toolUseId' in content ? content.toolUseId : ''}`.trim();
}

test('conversations are listed newest first, by their name, their summary or the first prompt', async () => {
  file(1, said('a', null, 'the first prompt\nof many lines'));
  file(2, said('a', null, 'named later') + line({ type: 'summary', summary: 'Its summary', leafUuid: 'a' }));
  file(
    3,
    said('a', null, 'x') +
      line({ type: 'ai-title', aiTitle: 'Machine name' }) +
      line({ type: 'custom-title', customTitle: 'My name' }),
  );
  expect(await titles()).toEqual(['My name', 'Its summary', 'the first prompt of many lines']);
});

test("subagents' own files, empty conversations and other files are not listed", async () => {
  file(1, said('a', null, 'inner', { isSidechain: true }));
  file(2, line({ type: 'queue-operation', operation: 'dequeue' }));
  file(3, said('a', null, 'x'), 3, '-p', 'agent-a1.jsonl');
  file(4, 'no json at all\n');
  file(5, '');
  expect(await titles()).toEqual([]);
});

test('nothing is listed where Claude Code was never used', async () => expect(await titles()).toEqual([]));

test('the conversations of one folder are told from those of a folder whose name Claude writes alike', async () => {
  file(1, said('a', null, 'of the dash', { cwd: '/a-b' }), 1, '-a-b');
  file(2, said('a', null, 'of the slash', { cwd: '/a/b' }), 2, '-a-b');
  expect(await titles({ cwd: '/a/b' })).toEqual(['of the slash']);
  expect(await titles({ cwd: '/a' })).toEqual([]);
});

test('pages follow each other without a gap or a double, also when files come and go', async () => {
  for (let n = 1; n <= 7; n++) file(n, said('a', null, `prompt ${n}`), Math.ceil(n / 2));
  const first = await outside(place, { limit: 3 }, signal);
  file(99, said('a', null, 'a new one'), 99);
  const second = await outside(place, { limit: 3, after: first.next ?? '' }, signal);
  const third = await outside(place, { limit: 3, after: second.next ?? '' }, signal);
  const all = [first, second, third].flatMap(({ sessions }) => sessions.map(({ title }) => title));
  expect(all).toEqual(['prompt 7', 'prompt 5', 'prompt 6', 'prompt 3', 'prompt 4', 'prompt 1', 'prompt 2']);
  expect(third.next).toBeNull();
});

test('a thousand conversations of 200 kB: the page reads little, and the process goes on answering meanwhile', async () => {
  const filler = line({ type: 'api-request-shape', shape: 'x'.repeat(200_000) });
  for (let n = 1; n <= 1000; n++) file(n, said('a', null, `prompt ${n}`) + filler);
  let answers = 0;
  const ticking = setInterval(() => answers++, 1);
  const page = await outside(place, { limit: 50 }, signal);
  clearInterval(ticking);
  expect(page.sessions.map(({ title }) => title).slice(0, 2)).toEqual(['prompt 1000', 'prompt 999']);
  expect(page.sessions).toHaveLength(50);
  expect(answers).toBeGreaterThan(5);
});

test('a transcript of the real CLI reads as it was reviewed', async () => {
  const path = file(1, '', 1, '-tmp-agor-demo-work');
  cpSync(CAPTURED, path);
  utimesSync(path, 1, 1);
  const { session, items } = await readOutside(place, idOf(1), signal);
  for (const item of items)
    if (item.kind === 'message') expect(AgentMessage.safeParse(item.message).error).toBeUndefined();
  const ids = items.flatMap((item) => (item.kind === 'message' ? [item.message.id] : []));
  expect(new Set(ids).size).toBe(ids.length);
  const told = { session: { ...session, sizeBytes: 0 }, items };
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, `${JSON.stringify(told, null, 1)}\n`);
  expect(told).toEqual(JSON.parse(readFileSync(GOLDEN, 'utf8')));
});

test('a branch that the person went back from is not shown, calls that ran at once all are', async () => {
  const call = (id: string) => ({ type: 'tool_use', id, name: 'Bash', input: { command: 'ls' } });
  const result = (id: string) => ({ message: { content: [{ type: 'tool_result', tool_use_id: id, content: id }] } });
  file(
    1,
    said('a', null, 'begin') +
      answered('b', 'a', [{ type: 'text', text: 'forgotten' }]) +
      said('c', 'b', 'forgotten too') +
      said('d', 'a', 'begin anew') +
      answered('e', 'd', [call('t1')], 'msg') +
      answered('f', 'e', [call('t2')], 'msg') +
      line({ parentUuid: 'f', type: 'user', uuid: 'g', cwd: '/p', ...result('t2') }) +
      line({ parentUuid: 'e', type: 'user', uuid: 'h', cwd: '/p', ...result('t1') }) +
      answered('i', 'h', [{ type: 'text', text: 'done' }]),
  );
  const { items } = await readOutside(place, idOf(1), signal);
  expect(items.map(inShort)).toEqual([
    '> begin',
    '> begin anew',
    'tool_call t1',
    'tool_call t2',
    'tool_result t2',
    'tool_result t1',
    'text done',
  ]);
});

test('a huge conversation keeps its newest part and says that the oldest is left out', async () => {
  const lines = Array.from({ length: MAX_ITEMS + 10 }, (_, n) =>
    said(`u${n}`, n === 0 ? null : `u${n - 1}`, `prompt ${n}`),
  );
  file(1, lines.join('') + said('long', `u${MAX_ITEMS + 9}`, 'y'.repeat(100_000)));
  const { items } = await readOutside(place, idOf(1), signal);
  expect(items).toHaveLength(MAX_ITEMS + 1);
  expect(items[0]).toMatchObject({ message: { type: 'status', content: { subtype: 'older_left_out' } } });
  expect(inShort(items.at(-2) as OutsideItem)).toBe(`> prompt ${MAX_ITEMS + 9}`);
  expect(JSON.stringify(items.at(-1)).length).toBeLessThan(30_000);
});

test('an id is never a path, and a conversation that is gone is told so', async () => {
  file(1, said('a', null, 'x'));
  symlinkSync(join(root, '.claude'), join(root, 'link'));
  for (const id of ['../../link', `../-p/${idOf(1)}`, idOf(2), ''])
    expect(readOutside(place, id, signal)).rejects.toThrow('has no conversation');
});

test("a profile's own folder is searched instead of the home", async () => {
  file(1, said('a', null, 'at home'));
  expect(await titles({ claudeConfigDir: join(root, 'profile') })).toEqual([]);
  expect(await titles({ env: { HOME: '/nowhere', CLAUDE_CONFIG_DIR: join(root, '.claude') } })).toEqual(['at home']);
});
