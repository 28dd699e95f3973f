import type { ThemeColor } from '@agor/protocol';

/** The 26 colours of a theme, "#rrggbb" each, by their names in Catppuccin's scheme. */
export type Palette = Readonly<Record<ThemeColor, string>>;

export const themeGroups = ['Catppuccin', 'Editor', 'Deep dark', 'High contrast', 'Yours'] as const;
type ThemeGroup = (typeof themeGroups)[number];

/** A theme is data: components know only the names of the tokens that `tokensOf` makes of it. */
export interface Theme {
  readonly id: string;
  readonly label: string;
  readonly group: ThemeGroup;
  readonly isDark: boolean;
  /** Text must reach WCAG AAA instead of AA. */
  readonly highContrast?: boolean;
  readonly palette: Palette;
}
