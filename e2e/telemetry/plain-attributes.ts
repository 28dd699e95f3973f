/**
 * OTLP's attributes as an object: strings, numbers, booleans. A value of another kind is refused. So is a key that comes twice, which the
 * specification forbids, except from those who are known to do it: there the last one counts.
 */
export function plainAttributes(
  pairs: readonly { readonly key: string; readonly value: Record<string, unknown> | null }[],
  { repeats = false } = {},
): Record<string, string | number | boolean> {
  const attributes: Record<string, string | number | boolean> = {};
  for (const { key, value } of pairs) {
    if (key in attributes && !repeats) throw new Error(`the attribute ${key} comes twice`);
    attributes[key] = plain(key, value ?? {});
  }
  return attributes;
}

function plain(key: string, value: Record<string, unknown>): string | number | boolean {
  if (typeof value.stringValue === 'string') return value.stringValue;
  if (typeof value.boolValue === 'boolean') return value.boolValue;
  if (typeof value.intValue === 'string') return Number(value.intValue);
  if (typeof value.doubleValue === 'number') return value.doubleValue;
  if (value.arrayValue !== undefined) return JSON.stringify(value.arrayValue);
  throw new Error(`the attribute ${key} has no value`);
}
