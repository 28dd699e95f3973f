import { expect, test } from 'vitest';
import type { Item, ItemKind } from './item.ts';
import { queryOf } from './query.ts';
import { groupsOf, pieces } from './rank.ts';
import { readRecents, rememberRecent } from './recents.ts';

const item = (kind: ItemKind, title: string, more: Partial<Item> = {}): Item => ({
  key: `${kind}:${title}`,
  kind,
  title,
  detail: '',
  keywords: '',
  note: '',
  run: () => {},
  ...more,
});
const items = [
  item('project', 'billing-api'),
  item('session', 'Fix the invoice export'),
  item('command', 'New session', { keywords: 'start conversation' }),
  item('command', 'New terminal', { keywords: 'shell' }),
  item('command', 'Show or hide the side panel'),
  item('task', 'Export as CSV'),
  item('setting', 'Theme'),
  item('file', 'src/exports/invoice.ts'),
];
const find = (text: string, recents: string[] = [], among: readonly Item[] = items) =>
  groupsOf(among, queryOf(text), recents);
const titles = (text: string, recents?: string[]) =>
  find(text, recents).flatMap(({ rows }) => rows.map((row) => row.item.title));

test('letters of words find what they begin, in any order of words', () => {
  expect(titles('new ses')[0]).toBe('New session');
  expect(titles('session new')[0]).toBe('New session');
  expect(titles('bilapi')[0]).toBe('billing-api');
  expect(titles('>shell')).toEqual(['New terminal']);
  expect(titles('>qqq')).toEqual([]);
});

test('what fits is marked in the title, character by character', () => {
  const [row] = find('newterm')[0]?.rows ?? [];
  expect(pieces(row?.item.title ?? '', row?.marked ?? new Set())).toEqual([
    { text: 'New', fits: true },
    { text: ' ', fits: false },
    { text: 'term', fits: true },
    { text: 'inal', fits: false },
  ]);
});

test('a word that only the keywords have marks nothing', () => {
  expect([...(find('conversation')[0]?.rows[0]?.marked ?? [1])]).toEqual([]);
});

test('a sign in front narrows to its kinds, and alone lists all of them', () => {
  expect(titles('>')).toEqual(['New session', 'New terminal', 'Show or hide the side panel']);
  expect(titles('@ inv')).toEqual(['Fix the invoice export']);
  expect(titles('#csv')).toEqual(['Export as CSV']);
  expect(titles('/inv')).toEqual(['src/exports/invoice.ts']);
});

test('a file that the hub found is listed even where our own match sees nothing', () => {
  expect(titles('/zzz')).toEqual(['src/exports/invoice.ts']);
});

test('before anything is sought what was used last comes first, then projects, sessions and commands', () => {
  expect(find('', ['command:New terminal', 'gone:x']).map(({ heading }) => heading)).toEqual([
    'Recent',
    'Projects and agents',
    'Sessions',
    'Commands',
    'Files',
  ]);
  expect(titles('', ['command:New terminal'])[0]).toBe('New terminal');
  expect(titles('', ['command:New terminal']).filter((title) => title === 'New terminal')).toHaveLength(1);
});

test('of two that fit alike the one that was used comes first', () => {
  const alike = [item('command', 'Open alpha'), item('command', 'Open bravo')];
  const first = (recents: string[]) => find('open', recents, alike)[0]?.rows[0]?.item.title;
  expect(first(['command:Open bravo'])).toBe('Open bravo');
  expect(first(['command:Open alpha'])).toBe('Open alpha');
});

test('a kind shows so many that others are seen too, and more when it is alone', () => {
  const many = Array.from({ length: 300 }, (_, n) => item('session', `Session ${n}`));
  expect(find('session', [], many)[0]?.rows).toHaveLength(6);
  expect(find('@session', [], many)[0]?.rows).toHaveLength(100);
});

test('what was used is remembered newest first, once, and not for ever; damage is no harm', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as Storage;
  for (let n = 0; n < 50; n++) rememberRecent(storage, `command:${n}`);
  rememberRecent(storage, 'command:40');
  expect(readRecents(storage).slice(0, 3)).toEqual(['command:40', 'command:49', 'command:48']);
  expect(readRecents(storage)).toHaveLength(30);
  kept.set('agor.palette', '{"no":1}');
  expect(readRecents(storage)).toEqual([]);
});
