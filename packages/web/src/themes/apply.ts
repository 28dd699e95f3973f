import type { SettingsStore } from '../state/settings.svelte.ts';
import { themeOf } from './themes.ts';

/** Brings the appearance settings to the page, and remembers the theme for the first paint of the next visit. */
export function applyAppearance(root: HTMLElement, settings: SettingsStore): void {
  const theme = themeOf(settings.get('theme')).id;
  root.dataset.theme = theme;
  rememberTheme(theme);
  const set = (name: string, value: string) =>
    value ? root.style.setProperty(name, value) : root.style.removeProperty(name);
  set('--ui-font-family', fontStack(settings.get('ui_font_family'), 'system-ui, sans-serif'));
  set('--term-font-family', fontStack(settings.get('term_font_family'), 'ui-monospace, monospace'));
  set('--ui-font-size', `${settings.get('ui_font_size')}px`);
  set('--term-font-size', `${settings.get('term_font_size')}px`);
  set('--project-max-aspect', String(settings.get('project_max_aspect')));
}

/** The person's font first, so that a missing one falls back to something readable. */
function fontStack(family: string, fallback: string): string {
  const name = family.replace(/["';{}]/g, '').trim();
  return name ? `"${name}", ${fallback}` : '';
}

function rememberTheme(theme: string): void {
  try {
    localStorage.setItem('agor.theme', theme);
  } catch {
    // Storage is off: the next visit begins with the default theme until the settings arrive.
  }
}
