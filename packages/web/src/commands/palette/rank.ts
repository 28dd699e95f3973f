import * as fuzzysort from 'fuzzysort';
import type { Item, ItemKind } from './item.ts';
import type { Query } from './query.ts';

/** Rows of one kind where there are others beside it; and where it is the only one. */
const PER_KIND = 6;
const PER_KIND_ALONE = 100;
const RECENT_SHOWN = 5;
/** What was used lately ranks before what fits as well, and never before what fits much better. */
const RECENT_BOOST = 0.15;
/** A file is found by the hub, which looks at whole paths; where our own match sees nothing it still is one. */
const FOUND_ELSEWHERE = 0.3;

export const headings: Readonly<Record<ItemKind, string>> = {
  command: 'Commands',
  project: 'Projects and agents',
  session: 'Sessions',
  file: 'Files',
  task: 'Tasks',
  setting: 'Settings',
};
/** The order before anything is looked for. */
const KINDS: readonly ItemKind[] = ['project', 'session', 'command', 'file', 'task', 'setting'];
/** They are many, and mean little until something is looked for. */
const ONLY_WHEN_SOUGHT: ReadonlySet<ItemKind> = new Set(['task', 'setting']);

export interface Found {
  readonly item: Item;
  /** Which characters of the title fit. */
  readonly marked: ReadonlySet<number>;
}
export interface FoundGroup {
  readonly heading: string;
  readonly rows: readonly Found[];
}
interface Scored extends Found {
  readonly score: number;
}

/** What fits the query, in groups by kind, the best group first. `recents`: keys of what was used, newest first. */
export function groupsOf(
  items: readonly Item[],
  { words, narrowing }: Query,
  recents: readonly string[],
): FoundGroup[] {
  const wanted: readonly ItemKind[] | undefined = narrowing?.kinds;
  const among = wanted ? items.filter(({ kind }) => wanted.includes(kind)) : items;
  const limit = narrowing ? PER_KIND_ALONE : PER_KIND;
  if (words === '') return unsought(among, recents, narrowing !== null, limit);
  // Best first; so the kinds come in the order of their best.
  const rows = scored(among, words, recents);
  return [...new Set(rows.map(({ item }) => item.kind))].map((kind) => ({
    heading: headings[kind],
    rows: rows.filter(({ item }) => item.kind === kind).slice(0, limit),
  }));
}

function unsought(items: readonly Item[], recents: readonly string[], narrowed: boolean, limit: number): FoundGroup[] {
  const byKey = new Map(items.map((item) => [item.key, item]));
  const recent = recents.flatMap((key) => byKey.get(key) ?? []).slice(0, RECENT_SHOWN);
  const others = items.filter((item) => !recent.includes(item));
  const groups = KINDS.filter((kind) => narrowed || !ONLY_WHEN_SOUGHT.has(kind)).map((kind) => ({
    heading: headings[kind],
    items: others.filter((item) => item.kind === kind).slice(0, limit),
  }));
  return [{ heading: 'Recent', items: recent }, ...groups]
    .filter((group) => group.items.length > 0)
    .map(({ heading, items }) => ({ heading, rows: items.map((item) => ({ item, marked: NONE })) }));
}

function scored(items: readonly Item[], words: string, recents: readonly string[]): Scored[] {
  const results = fuzzysort.go(words, items, {
    keys: [({ title }) => title, ({ detail, keywords, note }) => `${detail} ${keywords} ${note}`],
    limit: 0,
    threshold: 0.35,
  });
  const found = results.map((result): Scored => {
    const { obj: item, score } = result;
    const at = recents.indexOf(item.key);
    const boost = at < 0 ? 1 : 1 + RECENT_BOOST * (1 - at / recents.length);
    return { item, marked: new Set(result[0]?.score ? result[0].indexes : []), score: score * boost };
  });
  const known = new Set(found.map(({ item }) => item));
  const elsewhere = items.filter((item) => item.kind === 'file' && !known.has(item));
  return [...found, ...elsewhere.map((item) => ({ item, marked: NONE, score: FOUND_ELSEWHERE }))].sort(
    (a, b) => b.score - a.score,
  );
}

const NONE: ReadonlySet<number> = new Set();

/** A title in pieces that fit and pieces that do not. */
export function pieces(title: string, marked: ReadonlySet<number>): { text: string; fits: boolean }[] {
  const all: { text: string; fits: boolean }[] = [];
  for (let at = 0; at < title.length; at++) {
    const fits = marked.has(at);
    const last = all.at(-1);
    if (last && last.fits === fits) last.text += title[at];
    else all.push({ text: title[at] ?? '', fits });
  }
  return all;
}
