import { expect, test } from 'vitest';
import { mix, palette } from './palette.ts';

const files = import.meta.glob<string>('../themes/*.css', { query: '?raw', import: 'default', eager: true });

function tokens(theme: string) {
  const css = files[`../themes/${theme}.css`] ?? '';
  const values = new Map([...css.matchAll(/--([a-z0-9]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
  return (name: string) => values.get(name) ?? '';
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
