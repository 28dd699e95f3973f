/** Whether `a` is before `b`, by their three numbers; what follows a dash is not looked at. */
export function isOlder(a: string, b: string): boolean {
  const [of, than] = [numbersOf(a), numbersOf(b)];
  const differs = of.findIndex((n, at) => n !== than[at]);
  return differs >= 0 && (of[differs] ?? 0) < (than[differs] ?? 0);
}

function numbersOf(version: string): number[] {
  return version.split(/[-+]/, 1)[0]?.split('.').map(Number) ?? [];
}
