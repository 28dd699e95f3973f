/** A project's key for other tools, made from its name: "Żółw Shop (v2)" → "zolw-shop-v2"; `taken` ones get a number. */
export function identifierFor(name: string, taken: ReadonlySet<string>): string {
  const base =
    name
      .replace(/ł/gi, 'l')
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+/, '')
      .slice(0, 48)
      .replace(/-+$/, '') || 'project';
  if (!taken.has(base)) return base;
  for (let number = 2; ; number++) {
    if (!taken.has(`${base}-${number}`)) return `${base}-${number}`;
  }
}
