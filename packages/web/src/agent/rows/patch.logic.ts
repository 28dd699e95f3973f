import { visible } from '../../ui/visible.ts';

/** One line of a change. */
export interface PatchLine {
  readonly kind: 'add' | 'del' | 'context' | 'hunk';
  /** Its number in the new file, of a deleted line in the old one; null where the patch tells none. */
  readonly number: number | null;
  readonly text: string;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/;

/**
 * The lines of a unified diff of one file. Drawn by ourselves and not by a diff library: a card shows few lines, follows
 * the theme's tokens, and the library that we know brings a second highlighter and 0.4 MB with it.
 */
export function parsePatch(patch: string): PatchLine[] {
  const lines: PatchLine[] = [];
  let before = 0;
  let after = 0;
  let hunks = 0;
  for (const line of visible(patch).replace(/\n$/, '').split('\n')) {
    const hunk = HUNK.exec(line);
    if (hunk) {
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      hunks += 1;
      // Where the first hunk begins is told by its line numbers.
      if (hunks > 1 || hunk[3]) lines.push({ kind: 'hunk', number: null, text: hunk[3] ?? '' });
    } else if (hunks === 0 && /^(?:---|\+\+\+|diff |index )/.test(line)) {
      // A header that should not be here tells nothing that the card does not.
    } else if (line.startsWith('+')) {
      lines.push({ kind: 'add', number: hunks ? after++ : null, text: line.slice(1) });
    } else if (line.startsWith('-')) {
      lines.push({ kind: 'del', number: hunks ? before++ : null, text: line.slice(1) });
    } else if (!line.startsWith('\\')) {
      lines.push({ kind: 'context', number: hunks ? after : null, text: line.slice(1) });
      before += 1;
      after += 1;
    }
  }
  return lines;
}
