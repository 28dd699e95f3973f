/** A path in a line of a terminal, where it stands in it, and the place in the file that was named with it. */
export interface PrintedPath {
  /** Index of its first character in the line, and the one after its last: `src/a.ts:12:3` as a whole. */
  readonly start: number;
  readonly end: number;
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** Paths looked for in one line; of a line with more the first ones count. */
export const MAX_PATHS = 16;
const MAX_LINE_CHARS = 4_000;
const CANDIDATE =
  /(?<![\w:/.@~-])((?:~?\/|\.{1,2}\/)?[\p{L}\p{N}_@+.-][\p{L}\p{N}_@+.=-]*(?:\/[\p{L}\p{N}_@+.=-]+)*\/?)(?::(\d{1,7})(?::(\d{1,5}))?|\((\d{1,7})(?:,\s?(\d{1,5}))?\)|",? line (\d{1,7}))?/gu;

/**
 * What may be paths in a line: with a slash, or with an extension. Whether they are there only the machine knows. Web addresses are none, nor
 * are versions and numbers.
 */
export function printedPaths(text: string): PrintedPath[] {
  const found: PrintedPath[] = [];
  const line = text.slice(0, MAX_LINE_CHARS).replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, (url) => ' '.repeat(url.length));
  for (const match of line.matchAll(CANDIDATE)) {
    if (found.length >= MAX_PATHS) break;
    const [whole, raw = '', colonLine, colonColumn, parenLine, parenColumn, wordLine] = match;
    const named = colonLine ?? parenLine ?? wordLine;
    // A full stop or the like at the end belongs to the sentence.
    const path = named === undefined ? raw.replace(/[.,-]+$/, '') : raw;
    if (!looksLikePath(path)) continue;
    const end = match.index + (named === undefined ? path.length : whole.length);
    const column = colonColumn ?? parenColumn;
    const place = { line: named ? Number(named) : null, column: column ? Number(column) : null };
    found.push({ start: match.index, end, path, ...place });
  }
  return found;
}

function looksLikePath(path: string): boolean {
  if (path.length < 2 || /^[\d.:/-]+$/.test(path)) return false;
  return (
    path.includes('/') ||
    /^[^.].*\.[\p{L}][\p{L}\p{N}]{0,9}$/u.test(path) ||
    /^(Makefile|Dockerfile|README|LICENSE)$/.test(path)
  );
}
