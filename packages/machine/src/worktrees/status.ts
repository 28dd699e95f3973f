/** What `git status` tells. Paths are bytes, written as latin1: a file's name need not be text. */
export interface Status {
  /** Null before the first commit. */
  readonly head: string | null;
  /** Null: detached. */
  readonly branch: string | null;
  readonly changed: readonly Change[];
  readonly untracked: readonly string[];
  /** A folder ends with `/` and stands for what is in it. */
  readonly ignored: readonly string[];
}

export interface Change {
  readonly path: string;
  /** git's whole line: how it changed, and from what. */
  readonly line: string;
}

/** Asks for every file; renames are told as what they are on the disk. */
export const STATUS = [
  'status',
  '--porcelain=v2',
  '--branch',
  '-z',
  '--no-ahead-behind',
  '--no-renames',
  '--untracked-files=all',
  '--ignored=matching',
] as const;

/** Fields before the path, by the kind of line. */
const FIELDS: Readonly<Record<string, number>> = { '1': 8, '2': 9, u: 10 };

/** Reads `git status --porcelain=v2 --branch -z`, decoded as latin1. */
export function parseStatus(output: string): Status {
  const changed: Change[] = [];
  const untracked: string[] = [];
  const ignored: string[] = [];
  let head: string | null = null;
  let branch: string | null = null;
  const lines = output.split('\0');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const kind = line[0] ?? '';
    const fields = FIELDS[kind];
    if (fields !== undefined) {
      changed.push({ path: line.split(' ').slice(fields).join(' '), line });
      if (kind === '2') i++; // where it came from
    } else if (kind === '?') untracked.push(line.slice(2));
    else if (kind === '!') ignored.push(line.slice(2));
    else if (line.startsWith('# branch.oid ')) head = nullFor('(initial)', line);
    else if (line.startsWith('# branch.head ')) branch = nullFor('(detached)', line);
  }
  return { head, branch, changed, untracked, ignored };
}

function nullFor(nothing: string, line: string): string | null {
  const value = line.split(' ').slice(2).join(' ');
  return value === nothing ? null : value;
}

/** What `git ls-files` tells of what `git status` does not look at. */
export interface Unwatched {
  /** Files that git was told to take for unchanged. */
  readonly files: readonly string[];
  /** Where another repository belongs. */
  readonly repositories: readonly string[];
}

export const UNWATCHED = ['ls-files', '-v', '--stage', '-z'] as const;

/** Reads `git ls-files -v --stage -z`, decoded as latin1: `H 100644 <id> 0<tab>path`. */
export function parseUnwatched(output: string): Unwatched {
  const files: string[] = [];
  const repositories: string[] = [];
  for (const line of output.split('\0')) {
    const tab = line.indexOf('\t');
    if (tab < 0) continue;
    const path = line.slice(tab + 1);
    if (line.slice(2, 8) === '160000') repositories.push(path);
    // Small letters: assumed unchanged; S: left out of the checkout.
    else if (/^[a-zS]/.test(line)) files.push(path);
  }
  return { files, repositories };
}
