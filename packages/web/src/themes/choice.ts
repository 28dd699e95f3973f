import type { UserTheme } from '@agor/protocol';
import type { Theme } from './theme.ts';
import { latte, mocha, themes } from './themes.ts';

/** The value of the setting `theme` that leaves light and dark to the system. */
export const FOLLOW_SYSTEM = 'system';

/** What the settings say about themes. */
export interface ThemeSettings {
  readonly theme: string;
  readonly theme_light: string;
  readonly theme_dark: string;
}

/** A theme of the person's own, with what it leaves out taken from Mocha or Latte. */
export function themeOfFile({ id, label, isDark, colors }: UserTheme): Theme {
  const { palette } = isDark ? mocha : latte;
  return { id, label, group: 'Yours', isDark, palette: { ...palette, ...colors } };
}

/** All that can be chosen: agor's own first. */
export function allThemes(files: readonly UserTheme[]): readonly Theme[] {
  return [...themes, ...files.map(themeOfFile)];
}

/** The themes for a light and for a dark system: the same one twice unless the system is followed. An unknown id is shown as Mocha. */
export function chosenThemes(
  settings: ThemeSettings,
  all: readonly Theme[],
): { readonly light: Theme; readonly dark: Theme } {
  const find = (id: string, otherwise: Theme) => all.find((theme) => theme.id === id) ?? otherwise;
  if (settings.theme === FOLLOW_SYSTEM)
    return { light: find(settings.theme_light, latte), dark: find(settings.theme_dark, mocha) };
  const theme = find(settings.theme, mocha);
  return { light: theme, dark: theme };
}
