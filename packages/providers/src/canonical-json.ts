/**
 * JSON with sorted keys: two inputs that mean the same have the same text, whatever order a vendor writes its fields in. This is the form in
 * which `inputJson` of a permission rule is kept and compared.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
