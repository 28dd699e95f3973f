import type { FileEntry } from '@agor/protocol';

export interface Folder {
  /** Null until it is read, and when it can't be. */
  entries: readonly FileEntry[] | null;
  /** How many more there are than are listed. */
  left: number;
  /** Why it can't be read, in words. */
  problem: string | null;
}

/** A name that the person types in the tree. */
export type Editing =
  | { readonly kind: 'rename'; readonly path: string }
  | { readonly kind: 'file' | 'folder'; readonly parent: string };

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
  /** The name of a new file or folder is typed here. */
  | { kind: 'new'; path: string; depth: number; what: 'file' | 'folder' }
  /** Below an open folder: why not all is there. */
  | { kind: 'note'; path: string; depth: number; text: string; isProblem: boolean };

/** What the tree shows, from top to bottom. */
export function treeRows(open: ReadonlyMap<string, Folder>, editing: Editing | null = null): TreeRow[] {
  const rows: TreeRow[] = [];
  addRows(rows, open, editing, '', 0);
  return rows;
}

function addRows(
  rows: TreeRow[],
  open: ReadonlyMap<string, Folder>,
  editing: Editing | null,
  path: string,
  depth: number,
): void {
  const folder = open.get(path);
  if (!folder) return;
  const isNewHere = editing !== null && editing.kind !== 'rename' && editing.parent === path;
  if (isNewHere) rows.push({ kind: 'new', path: `${path}/?new`, depth, what: editing.kind });
  const note = isNewHere && folder.entries?.length === 0 ? null : noteOf(folder);
  if (note) rows.push({ kind: 'note', path: `${path}/`, depth, ...note });
  const entries = folder.entries ?? [];
  for (const [at, entry] of entries.entries()) {
    const isOpen = entry.isDir && open.has(entry.path);
    const place = { position: at + 1, siblings: entries.length };
    rows.push({ kind: 'entry', path: entry.path, entry, depth, isOpen, ...place });
    if (isOpen) addRows(rows, open, editing, entry.path, depth + 1);
  }
  if (folder.left > 0) {
    const text = `${folder.left.toLocaleString('en')} more are not shown; the search finds them`;
    rows.push({ kind: 'note', path: `${path}/?more`, depth, text, isProblem: false });
  }
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
