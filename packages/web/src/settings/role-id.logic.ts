const MAX_CHARS = 32;

/** The word under which agents know a role of this name: "Technical Writer" is `technical-writer`. Empty when nothing of it can be used. */
export function roleIdFrom(label: string): string {
  return label
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Diacritic}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, MAX_CHARS)
    .replace(/-+$/, '');
}
