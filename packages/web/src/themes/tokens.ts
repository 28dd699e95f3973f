import { mix, reach } from './color.ts';
import type { Theme } from './theme.ts';

/** Colours that words are written in: also on a tint of their own. */
export const accents = ['blue', 'sapphire', 'teal', 'green', 'yellow', 'peach', 'red', 'mauve', 'lavender'] as const;
const grounds = ['base', 'mantle', 'crust'] as const;
const surfaces = ['surface0', 'surface1', 'surface2'] as const;
const texts = ['text', 'subtext1', 'subtext0', 'overlay1'] as const;

/** Every token of a theme: a custom property of the page each. */
export const tokenNames = [...grounds, ...surfaces, 'overlay0', 'edge', ...texts, ...accents] as const;
export type TokenName = (typeof tokenNames)[number];
export type ThemeTokens = Readonly<Record<TokenName, string>>;

/** How much of an accent its tint has at most, over the ground that it lies on (chips, badges, marks, selected rows). */
export const TINT = 0.14;

/** How much of an accent a card that wants attention has at most (an ask, a limit, an error, a line of a change). */
export const CARD_TINT = 0.08;

/** What has to be reached, as WCAG 2 counts it: AA, or AAA in themes of high contrast. */
export function levelsOf({ highContrast = false }: Pick<Theme, 'highContrast'>) {
  return highContrast
    ? ({ text: 7, body: 12, drawn: 4.5 } as const)
    : // Body text beyond AA: what is less than it (subtexts) needs room to be less.
      ({ text: 4.5, body: 7, drawn: 3 } as const);
}

/**
 * The tokens of a theme. Grounds and surfaces are the palette's own. What is read (texts, accents) or must be seen (`overlay0`: icons and dots;
 * `edge`: borders of controls) is the palette's own as long as it reaches `levelsOf`, and its own hue at another lightness where it does not.
 */
export function tokensOf(theme: Theme): ThemeTokens {
  const { palette, isDark } = theme;
  const { text, body, drawn } = levelsOf(theme);
  const ground = grounds.map((name) => palette[name]);
  const written = [...ground, palette.surface0];
  const readable = (color: string, ratio: number = text) => reach(color, written, ratio, isDark);
  const accent = (color: string) => {
    let made = readable(color);
    // Its tint moves with the colour: the second look is on the tint of what the first one made.
    for (let look = 0; look < 4; look++) made = reach(made, tintsOf(made, ground), text, isDark);
    return made;
  };
  const own = mapped(accents, (name) => accent(palette[name]));
  const cards = accents.flatMap((name) => ground.map((under) => mix(under, own[name], CARD_TINT)));
  const faint = (color: string, on: readonly string[]) => reach(color, [...ground, ...cards, ...on], text, isDark);
  return {
    ...pick(palette, [...grounds, ...surfaces]),
    overlay0: reach(palette.overlay0, ground, drawn, isDark),
    edge: reach(palette.surface2, ground, drawn, isDark),
    text: readable(palette.text, body),
    subtext1: readable(palette.subtext1, (text + body) / 2),
    subtext0: faint(palette.subtext0, [palette.surface0]),
    // The least of the texts: also on a row that is pointed at, which has half of `surface0`.
    overlay1: faint(palette.overlay1, [mix(palette.base, palette.surface0, 0.5)]),
    ...own,
  };
}

/** The grounds that an accent's own tint makes. */
export function tintsOf(accent: string, over: readonly string[]): string[] {
  return over.map((ground) => mix(ground, accent, TINT));
}

function pick<Name extends string>(from: Readonly<Record<Name, string>>, names: readonly Name[]): Record<Name, string> {
  return mapped(names, (name) => from[name]);
}

function mapped<Name extends string>(names: readonly Name[], of: (name: Name) => string): Record<Name, string> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, string>;
}
