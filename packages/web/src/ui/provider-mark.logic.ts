/** A colour token of the same brightness as the others, chosen by the name alone so that a provider keeps it. */
const COLORS = ['blue', 'teal', 'peach', 'mauve', 'green', 'sapphire', 'yellow', 'lavender'] as const;

export interface ProviderMarkLook {
  /** One or two letters. */
  readonly letters: string;
  readonly color: (typeof COLORS)[number];
  /** Agents of a family are round, the others square: `codex` and `acp:codex` are told apart. */
  readonly round: boolean;
}

/** Our own sign for a provider, made from its id: no vendor's logo. */
export function providerMark(id: string): ProviderMarkLook {
  const name = id.split(':').at(-1) ?? id;
  const parts = name.split(/[-._]/).filter(Boolean);
  const letters = parts.length > 1 ? parts.slice(0, 2).map((part) => part[0]) : [name[0], name[1]];
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return {
    letters: letters.join('').toUpperCase(),
    color: COLORS[sum % COLORS.length] ?? 'blue',
    round: id.includes(':'),
  };
}
