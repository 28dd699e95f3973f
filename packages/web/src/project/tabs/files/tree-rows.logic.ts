import type { FileEntry } from '@agor/protocol';

export interface Folder {
  /** Null until it is read, and when it can't be. */
  entries: readonly FileEntry[] | null;
  /** Why it can't be read, in words. */
  problem: string | null;
}

export type TreeRow =
  | {
      kind: 'entry';
      path: string;
      entry: FileEntry;
      depth: number;
      isOpen: boolean;
      position: number;
      siblings: number;
    }
  /** Below an open folder that shows no entries: why. */
  | { kind: 'note'; path: string; depth: number; text: string; isProblem: boolean };

/** What the tree shows, from top to bottom. */
export function treeRows(open: ReadonlyMap<string, Folder>, path = '', depth = 0): TreeRow[] {
  const folder = open.get(path);
  if (!folder) return [];
  const note = noteOf(folder);
  if (note) return [{ kind: 'note', path: `${path}/`, depth, ...note }];
  const entries = folder.entries ?? [];
  return entries.flatMap((entry, at): TreeRow[] => {
    const isOpen = entry.isDir && open.has(entry.path);
    const row: TreeRow = {
      kind: 'entry',
      path: entry.path,
      entry,
      depth,
      isOpen,
      position: at + 1,
      siblings: entries.length,
    };
    return isOpen ? [row, ...treeRows(open, entry.path, depth + 1)] : [row];
  });
}

function noteOf({ entries, problem }: Folder): { text: string; isProblem: boolean } | null {
  if (problem !== null) return { text: problem, isProblem: true };
  if (entries === null) return { text: 'reading…', isProblem: false };
  return entries.length === 0 ? { text: 'empty', isProblem: false } : null;
}

export type TreeMove = { cursor: string } | { open: string } | { close: string } | { choose: string };

/** What a key does in the tree (the ARIA pattern of trees); null when it is none of the tree's. */
export function treeKey(rows: readonly TreeRow[], cursor: string | null, key: string): TreeMove | null {
  const entries = rows.filter((row) => row.kind === 'entry');
  const at = entries.findIndex((row) => row.path === cursor);
  const row = entries[at];
  const to = (index: number): TreeMove | null => {
    const target = entries[Math.min(entries.length - 1, Math.max(0, index))];
    return target ? { cursor: target.path } : null;
  };
  switch (key) {
    case 'ArrowDown':
      return to(at + 1);
    case 'ArrowUp':
      return to(at - 1);
    case 'Home':
      return to(0);
    case 'End':
      return to(entries.length - 1);
  }
  if (!row) return null;
  if (key === 'Enter' || key === ' ') return { choose: row.path };
  if (key === 'ArrowRight') {
    if (!row.entry.isDir) return null;
    return row.isOpen ? to(at + 1) : { open: row.path };
  }
  if (key !== 'ArrowLeft') return null;
  if (row.isOpen) return { close: row.path };
  const parent = row.path.slice(0, Math.max(0, row.path.lastIndexOf('/')));
  return parent ? { cursor: parent } : null;
}
