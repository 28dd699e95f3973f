import type { FileConflict, ProjectConflicts } from '@agor/protocol';

/** How many files are open, in words, and the tone in which it is said. */
export function conflictWords(conflicts: readonly ProjectConflicts[]): {
  readonly open: number;
  readonly text: string;
  readonly title: string;
} {
  // A file of two projects is one file.
  const files = new Map<string, FileConflict>();
  for (const { files: own } of conflicts)
    for (const file of own) if (!files.get(file.path) || !file.acknowledged) files.set(file.path, file);
  const open = [...files.values()].filter((file) => !file.acknowledged);
  const outside = open.filter((file) => file.external).length;
  return {
    open: open.length,
    text: open.length === 0 ? `${files.size} seen` : counted(open.length, 'conflict'),
    title:
      open.length === 0
        ? 'Conflicts that you acknowledged; they end with the turns of their agents'
        : `${counted(open.length, 'file')} written by several at once${outside > 0 ? `, ${outside} of them from outside agor` : ''}`,
  };
}

/** Open ones first, the newest first. */
export function inOrder(files: readonly FileConflict[]): readonly FileConflict[] {
  return [...files].sort((a, b) => Number(a.acknowledged) - Number(b.acknowledged) || b.lastWriteAt - a.lastWriteAt);
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
