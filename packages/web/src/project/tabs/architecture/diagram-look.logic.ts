import { contrastOn, mix } from '../../../themes/color.ts';
import type { Theme } from '../../../themes/theme.ts';
import { levelsOf, type ThemeTokens, TINT, tokensOf } from '../../../themes/tokens.ts';

/** What a diagram is painted with: the tokens of the theme, and what is made of them for areas that have words in them. */
export interface DiagramLook {
  readonly isDark: boolean;
  readonly tokens: ThemeTokens;
  /** The contrast that words must have. */
  readonly ratio: number;
  /** Areas that are told apart by their colour; `text` can be read on each. */
  readonly areas: readonly string[];
  /** The borders of `areas`, and lines that are told apart. */
  readonly lines: readonly string[];
}

const SERIES = ['blue', 'green', 'peach', 'mauve', 'teal', 'yellow', 'red', 'sapphire', 'lavender'] as const;
/** The strongest of these shares of an accent under which the text can still be read. */
const SHARES = [0.36, 0.28, 0.2, TINT, 0.08];

export function lookOf(theme: Theme): DiagramLook {
  const tokens = tokensOf(theme);
  const ratio = levelsOf(theme).text;
  const areas = SERIES.map((name) => {
    const mixed = SHARES.map((share) => mix(tokens.base, tokens[name], share));
    return mixed.find((area) => contrastOn(tokens.text, [area]) >= ratio) ?? tokens.base;
  });
  return { isDark: theme.isDark, tokens, ratio, areas, lines: SERIES.map((name) => tokens[name]) };
}

/** One of the list by its number, around. */
export function around(list: readonly string[], at: number): string {
  return list[at % list.length] ?? '';
}
