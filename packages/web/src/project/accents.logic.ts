/** Tokens that say nothing of a status (no red, yellow, green or peach), told apart side by side. */
const ACCENTS = ['blue', 'mauve', 'teal', 'pink', 'sapphire', 'lavender', 'flamingo'] as const;

/** The token of the colour by which a box of the grid is known: by its place, so that neighbours differ. */
export function accentOf(slot: number): (typeof ACCENTS)[number] {
  return ACCENTS[Math.max(0, slot) % ACCENTS.length] ?? 'blue';
}
