import { type AppCommand, type Category, categories } from './command.ts';
import type { Keymap } from './keymap.ts';

export interface CheatRow {
  readonly title: string;
  readonly keys: readonly string[];
}

/** Every command that has a key, by category; numbered ones whose keys differ only in the number share a row: "Go to project 1…5". */
export function cheatSheet(
  commands: readonly AppCommand[],
  keymap: Keymap,
): { category: Category; rows: readonly CheatRow[] }[] {
  const byCategory = new Map(categories.map((category) => [category, [] as CheatRow[]]));
  for (const { id, title, category } of commands) {
    const rows = byCategory.get(category);
    const keys = keymap.keysOf(id);
    if (!rows || keys.length === 0) continue;
    const joined = joinedWith(rows.at(-1), { title, keys });
    if (joined) rows[rows.length - 1] = joined;
    else rows.push({ title, keys });
  }
  return [...byCategory].flatMap(([category, rows]) => (rows.length > 0 ? { category, rows } : []));
}

/** "… 1" with Alt+1, or "… 1…2" with Alt+1…2, and the one that comes next; null when they are no such row. */
function joinedWith(row: CheatRow | undefined, next: CheatRow): CheatRow | null {
  const [before, after] = [row?.keys[0], next.keys[0]];
  if (!row || !before || !after || row.keys.length > 1 || next.keys.length > 1) return null;
  const number = /\d$/.exec(after)?.[0];
  const last = /(\d)$/.exec(before)?.[1];
  if (!number || !last || Number(number) !== Number(last) + 1) return null;
  const range = /^(.*?)(\d)(?:…\d)?$/.exec(before);
  const [, stem = '', first = ''] = range ?? [];
  if (!after.startsWith(stem) || after.length !== stem.length + 1) return null;
  const words = (title: string) => title.replace(/\d(…\d)?/, '#');
  if (words(row.title) !== words(next.title)) return null;
  return { title: row.title.replace(/\d(…\d)?/, `${first}…${number}`), keys: [`${stem}${first}…${number}`] };
}
