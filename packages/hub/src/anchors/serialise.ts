import type { Part } from './parts.ts';

/** A turn's parts as an anchor's text. */
export function serialise(parts: readonly Part[]): string {
  return parts
    .map(({ kind, text }, i) => {
      if (i === 0) return text;
      return `${kind === 'tool' && parts[i - 1]?.kind === 'tool' ? '\n' : '\n\n'}${text}`;
    })
    .join('');
}

/**
 * As `serialise`, within so many characters: of a turn that is longer the beginning (its prompt) and the newest parts are kept, whole, and
 * how many were left out between them is said. Null when not even its beginning fits.
 */
export function serialiseWithin(parts: readonly Part[], maxChars: number): string | null {
  const whole = serialise(parts);
  if (whole.length <= maxChars) return whole;
  const [first, ...rest] = parts;
  if (!first) return null;
  let best: string | null = null;
  for (let kept = 0; kept < rest.length; kept++) {
    const shorter = serialise([first, leftOut(rest.length - kept), ...rest.slice(rest.length - kept)]);
    if (shorter.length > maxChars) break;
    best = shorter;
  }
  return best;
}

function leftOut(parts: number): Part {
  return { kind: 'words', text: `[${parts} ${parts === 1 ? 'part' : 'parts'} of this turn left out for the size]` };
}
