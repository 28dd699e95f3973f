import type { ITheme } from '@xterm/xterm';
import { mix } from '../themes/color.ts';

/** Reads a token ("blue") as a colour "#rrggbb". */
export type Tokens = (name: string) => string;

const HUES = ['red', 'green', 'yellow', 'blue', 'mauve', 'teal'] as const;
const ANSI = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'] as const;
const BRIGHT = ['brightRed', 'brightGreen', 'brightYellow', 'brightBlue', 'brightMagenta', 'brightCyan'] as const;
/** How far a bright colour goes from its plain one towards the text's. */
const BRIGHTER = 0.25;

/** The colours of a terminal, all sixteen, from the tokens of the theme. "White" is what can be read as text, also on a light ground. */
export function palette(token: Tokens, isDark: boolean): ITheme {
  const text = token('text');
  const theme: ITheme = {
    background: token('crust'),
    foreground: text,
    cursor: token('lavender'),
    cursorAccent: token('crust'),
    selectionBackground: `${token('blue')}4d`,
    selectionInactiveBackground: `${token('blue')}2e`,
    scrollbarSliderBackground: `${token('surface2')}66`,
    scrollbarSliderHoverBackground: `${token('surface2')}aa`,
    scrollbarSliderActiveBackground: token('surface2'),
    black: token(isDark ? 'surface1' : 'subtext1'),
    brightBlack: token(isDark ? 'overlay1' : 'subtext0'),
    white: token(isDark ? 'subtext1' : 'surface1'),
    brightWhite: token(isDark ? 'text' : 'base'),
  };
  HUES.forEach((hue, at) => {
    const [plain, bright] = [ANSI[at], BRIGHT[at]];
    if (plain) theme[plain] = token(hue);
    if (bright) theme[bright] = mix(token(hue), text, BRIGHTER);
  });
  return theme;
}
