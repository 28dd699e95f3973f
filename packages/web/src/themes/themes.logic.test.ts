import { themeColors, type UserTheme } from '@agor/protocol';
import { expect, test } from 'vitest';
import { allThemes, chosenThemes } from './choice.ts';
import { mocha, themes } from './themes.ts';
import { tokensOf } from './tokens.ts';

/** Spec §10.13. */
const bases = {
  mocha: '#1e1e2e',
  macchiato: '#24273a',
  frappe: '#303446',
  latte: '#eff1f5',
  'vscode-dark': '#1e1e1e',
  'atom-one-dark': '#282c34',
  monokai: '#272822',
  dracula: '#282a36',
  nord: '#2e3440',
  'solarized-dark': '#002b36',
  'github-dark': '#0d1117',
  'tokyo-night': '#1a1b26',
  'gruvbox-dark': '#1d2021',
  'ayu-dark': '#0b0e14',
  poimandres: '#1b1e28',
  vesper: '#101010',
  midnight: '#000000',
};

test('the seventeen themes are there with their grounds, and two of high contrast', () => {
  const plain = themes.filter(({ highContrast }) => !highContrast);
  expect(Object.fromEntries(plain.map(({ id, palette }) => [id, palette.base]))).toEqual(bases);
  expect(plain.filter(({ isDark }) => !isDark).map(({ id }) => id)).toEqual(['latte']);
  expect(themes.filter(({ highContrast }) => highContrast).map(({ isDark }) => isDark)).toEqual([true, false]);
});

test('every theme names all 26 colours', () => {
  for (const { id, palette } of themes) {
    expect(Object.keys(palette).sort(), id).toEqual([...themeColors].sort());
    for (const color of Object.values(palette)) expect(color, id).toMatch(/^#[0-9a-f]{6}$/);
  }
});

test('the style sheet begins with the very tokens of Mocha', () => {
  const css = import.meta.glob<string>('./mocha.css', { query: '?raw', import: 'default', eager: true })['./mocha.css'];
  const written = [...(css ?? '').matchAll(/--([a-z0-9]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]);
  expect(Object.fromEntries(written)).toEqual(tokensOf(mocha));
});

const settings = { theme: 'mocha', theme_light: 'latte', theme_dark: 'nord' };
const mine: UserTheme = {
  id: 'user:mine',
  file: 'mine.json',
  label: 'Mine',
  isDark: false,
  colors: { blue: '#0000aa' },
};
const ids = (theme: string, own: UserTheme[] = []) => {
  const { light, dark } = chosenThemes({ ...settings, theme }, allThemes(own));
  return [light.id, dark.id];
};

test('one theme is one theme, whatever the system is; an unknown one is Mocha', () => {
  expect(ids('dracula')).toEqual(['dracula', 'dracula']);
  expect(ids('no such theme')).toEqual(['mocha', 'mocha']);
});

test('following the system takes the choice for light and the choice for dark', () => {
  expect(ids('system')).toEqual(['latte', 'nord']);
});

test("a theme of one's own takes what it leaves out from Latte or Mocha; without its file it is Mocha", () => {
  const { light } = chosenThemes({ ...settings, theme: 'user:mine' }, allThemes([mine]));
  expect(light).toMatchObject({ label: 'Mine', group: 'Yours', palette: { blue: '#0000aa', base: '#eff1f5' } });
  expect(ids('user:mine')).toEqual(['mocha', 'mocha']);
});
