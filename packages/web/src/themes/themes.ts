import { catppuccin } from './catppuccin.ts';
import { deepDark } from './deep-dark.ts';
import { editors } from './editors.ts';
import { highContrast } from './high-contrast.ts';
import type { Theme } from './theme.ts';

/** The themes that agor brings, in the order in which they are offered. */
export const themes: readonly Theme[] = [...catppuccin, ...editors, ...deepDark, ...highContrast];

/** The theme that is shown when nothing else is chosen, or what was chosen is not there. */
export const mocha = themeWithId('mocha');
export const latte = themeWithId('latte');

function themeWithId(id: string): Theme {
  const found = themes.find((theme) => theme.id === id);
  if (!found) throw new Error(`there is no theme ${id}`);
  return found;
}
