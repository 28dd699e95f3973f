const MAX_SUGGESTIONS = 3;

/** The keys that a person may have meant by `key`, nearest first. */
export function nearKeys(key: string, known: readonly string[]): string[] {
  const reach = Math.max(2, Math.floor(key.length / 3));
  return known
    .map((name) => ({ name, distance: name.includes(key) || key.includes(name) ? 1 : distance(key, name) }))
    .filter((near) => near.distance <= reach)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, MAX_SUGGESTIONS)
    .map((near) => near.name);
}

/** Levenshtein: how many letters to add, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
