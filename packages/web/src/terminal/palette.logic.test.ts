import { expect, test } from 'vitest';
import { mix } from '../themes/color.ts';
import { themes } from '../themes/themes.ts';
import { type TokenName, tokensOf } from '../themes/tokens.ts';
import { palette } from './palette.ts';

function tokens(id: string) {
  const theme = themes.find((known) => known.id === id);
  if (!theme) throw new Error(id);
  const all = tokensOf(theme);
  return (name: string) => all[name as TokenName];
}

test.each([
  ['mocha', true],
  ['latte', false],
])('%s gives a terminal all sixteen colours, ground, text, cursor and selection', (theme, isDark) => {
  const made = palette(tokens(theme), isDark);
  const hues = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
  const names = hues.flatMap((hue) => [hue, `bright${hue[0]?.toUpperCase()}${hue.slice(1)}`]);
  const wanted = [...names, 'background', 'foreground', 'cursor', 'selectionBackground'];
  const colors = new Map(Object.entries(made));
  expect(wanted.filter((name) => !/^#[0-9a-f]{6,8}$/.test(String(colors.get(name))))).toEqual([]);
  expect(new Set(names.map((name) => colors.get(name))).size).toBe(16);
});

test('a colour is mixed part by part, and what is no hex colour stays as it is', () => {
  expect(mix('#000000', '#ffffff', 0.5)).toBe('#808080');
  expect(mix('red', '#ffffff', 0.5)).toBe('red');
});
