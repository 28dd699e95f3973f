import { expect, test } from 'vitest';
import { themes } from './themes.ts';

/** WCAG 2 AA for text of ordinary size. */
const AA = 4.5;
const texts = [
  'text',
  'subtext1',
  'subtext0',
  'overlay1',
  'blue',
  'green',
  'yellow',
  'red',
  'mauve',
  'peach',
  'sapphire',
];
const grounds = ['base', 'mantle'];

const files = import.meta.glob<string>('./*.css', { query: '?raw', import: 'default', eager: true });

function tokens(theme: string): Record<string, string> {
  const css = files[`./${theme}.css`] ?? '';
  return Object.fromEntries(
    [...css.matchAll(/--([a-z0-9]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** `share` of one colour over another, as color-mix does. */
function mixed(over: string, under: string, share: number): string {
  const part = (color: string, at: number) => Number.parseInt(color.slice(at, at + 2), 16);
  const parts = [1, 3, 5].map((at) => Math.round(part(over, at) * share + part(under, at) * (1 - share)));
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

test.each(themes.map(({ id }) => id))('every colour of text can be read on every ground of %s', (theme) => {
  const color = tokens(theme);
  const weak = texts.flatMap((text) =>
    grounds
      .map((ground) => ({ pair: `${text} on ${ground}`, ratio: contrast(color[text] ?? '', color[ground] ?? '') }))
      .filter(({ ratio }) => !(ratio >= AA)),
  );
  expect(weak).toEqual([]);
});

test.each(themes.map(({ id }) => id))('every chip can be read on its own tint in %s', (theme) => {
  const color = tokens(theme);
  for (const tone of ['mauve', 'yellow', 'red', 'green', 'blue']) {
    const ink = color[tone] ?? '';
    expect(contrast(ink, mixed(ink, color.mantle ?? '', 0.11)), tone).toBeGreaterThanOrEqual(AA);
  }
});

test('every theme sets the same tokens', () => {
  const [first, ...others] = themes.map(({ id }) => Object.keys(tokens(id)).sort());
  for (const names of others) expect(names).toEqual(first);
});
