import type { SettingsStore } from '../state/settings.svelte.ts';
import type { Theme } from './theme.ts';
import { tokensOf } from './tokens.ts';

/** Where `public/theme.js` finds the look of the last visit before the first paint. */
const REMEMBERED = 'agor.theme';

/** Fonts, sizes and what else of the appearance is no colour. */
export function applyAppearance(root: HTMLElement, settings: SettingsStore): void {
  const set = (name: string, value: string) =>
    value ? root.style.setProperty(name, value) : root.style.removeProperty(name);
  set('--ui-font-family', fontStack(settings.get('ui_font_family'), 'system-ui, sans-serif'));
  set('--term-font-family', fontStack(settings.get('term_font_family'), 'ui-monospace, monospace'));
  set('--ui-font-size', `${settings.get('ui_font_size')}px`);
  set('--term-font-size', `${settings.get('term_font_size')}px`);
  set('--project-max-aspect', String(settings.get('project_max_aspect')));
}

/** Colours the page. Everything follows that uses tokens, or listens by `onLookChange`. */
export function showTheme(root: HTMLElement, theme: Theme): void {
  root.dataset.theme = theme.id;
  root.style.colorScheme = theme.isDark ? 'dark' : 'light';
  for (const [name, color] of Object.entries(tokensOf(theme))) root.style.setProperty(`--${name}`, color);
}

/** Keeps the look for the first paint of the next visit: both, since the system may have changed until then. */
export function rememberThemes(themes: { readonly light: Theme; readonly dark: Theme }): void {
  const look = (theme: Theme) => ({ id: theme.id, isDark: theme.isDark, tokens: tokensOf(theme) });
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify({ light: look(themes.light), dark: look(themes.dark) }));
  } catch {
    // Storage is off: the next visit begins with the default theme until the settings arrive.
  }
}

/** The person's font first, so that a missing one falls back to something readable. */
function fontStack(family: string, fallback: string): string {
  const name = family.replace(/["';{}]/g, '').trim();
  return name ? `"${name}", ${fallback}` : '';
}
