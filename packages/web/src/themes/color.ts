/** Colours as "#rrggbb", by the rules of WCAG 2 and of CSS color-mix in sRGB. Anything else is left alone or counts as black. */

const HEX = /^#[0-9a-f]{6}$/i;

function channels(color: string): [number, number, number] {
  const part = (at: number) => Number.parseInt(color.slice(at, at + 2), 16) || 0;
  return [part(1), part(3), part(5)];
}

/** `share` (0 to 1) of the second colour in the first. */
export function mix(color: string, into: string, share: number): string {
  if (!HEX.test(color) || !HEX.test(into)) return color;
  const [from, to] = [channels(color), channels(into)];
  const parts = from.map((value, at) => Math.round(value * (1 - share) + (to[at] ?? 0) * share));
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function luminance(color: string): number {
  const [r, g, b] = channels(color).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** How well one colour can be told from another: 1 (not at all) to 21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The lowest contrast of a colour on any of the grounds. */
export function contrastOn(color: string, grounds: readonly string[]): number {
  return Math.min(...grounds.map((ground) => contrast(color, ground)));
}

/** Small enough that nobody sees one step, large enough to end soon. */
const STEP = 0.02;

/**
 * The colour itself where it can be told from every ground with this ratio, else mixed towards white (on dark) or black (on light) until it
 * can: the hue stays, only the lightness gives way. What no colour can reach ends at white or black.
 */
export function reach(color: string, grounds: readonly string[], ratio: number, isDark: boolean): string {
  const end = isDark ? '#ffffff' : '#000000';
  for (let share = 0; share < 1; share += STEP) {
    const tried = mix(color, end, share);
    if (contrastOn(tried, grounds) >= ratio) return tried;
  }
  return end;
}
