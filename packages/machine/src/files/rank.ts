interface Scored {
  readonly path: string;
  readonly score: number;
}

/**
 * The `limit` paths that fit `query` best. All its letters must come in their order; the name counts more than the folders, a whole part more than
 * scattered letters, the beginning of a word more than its middle, a short path more than a long one. Case does not matter.
 */
export function rank(paths: readonly string[], query: string, limit: number): string[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return paths.slice(0, limit);
  const scored: Scored[] = [];
  for (const path of paths) {
    const score = scoreOf(path, wanted);
    if (score > 0) scored.push({ path, score });
  }
  scored.sort((a, b) => b.score - a.score || a.path.length - b.path.length || (a.path < b.path ? -1 : 1));
  return scored.slice(0, limit).map(({ path }) => path);
}

/** 0 = it does not fit. */
function scoreOf(path: string, wanted: string): number {
  const lower = path.toLowerCase();
  const nameAt = lower.lastIndexOf('/') + 1;
  const name = lower.slice(nameAt);
  if (name === wanted) return 1_000;
  if (name.startsWith(wanted)) return 900;
  const inName = name.indexOf(wanted);
  if (inName > 0) return startsWord(path, nameAt + inName) ? 800 : 700;
  const inPath = lower.indexOf(wanted);
  if (inPath >= 0) return startsWord(path, inPath) ? 600 : 500;
  return scattered(path, lower, wanted);
}

/** Letters in their order, 1 to 400: more for those that follow each other and for those that begin a word. */
function scattered(path: string, lower: string, wanted: string): number {
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    if (letter === ' ') continue;
    const next = lower.indexOf(letter, at + 1);
    if (next < 0) return 0;
    score += next === at + 1 ? 3 : startsWord(path, next) ? 4 : 1;
    at = next;
  }
  return Math.min(400, Math.max(1, Math.round((score / (wanted.length * 4)) * 400)));
}

function startsWord(path: string, at: number): boolean {
  const before = path[at - 1];
  const here = path[at] ?? '';
  return before === undefined || /[/._\- ]/.test(before) || (/[a-z0-9]/.test(before) && /[A-Z]/.test(here));
}
