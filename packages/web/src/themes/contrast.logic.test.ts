import { expect, test } from 'vitest';
import { palette } from '../terminal/palette.ts';
import { contrast, contrastOn, mix, reach } from './color.ts';
import { themes } from './themes.ts';
import { accents, CARD_TINT, levelsOf, type ThemeTokens, TINT, type TokenName, tintsOf, tokensOf } from './tokens.ts';

const each = themes.map((theme) => ({ id: theme.id, theme, tokens: tokensOf(theme), levels: levelsOf(theme) }));
const grounds = ({ base, mantle, crust }: ThemeTokens) => [base, mantle, crust];
const weak = (tokens: ThemeTokens, names: readonly TokenName[], on: readonly string[], ratio: number) =>
  names.flatMap((name) => {
    const reached = contrastOn(tokens[name], on);
    return reached >= ratio ? [] : [`${name} ${tokens[name]}: ${reached.toFixed(2)} < ${ratio}`];
  });

test.each(each)('text of $id can be read on every ground and on the surface of chips', ({ tokens, levels }) => {
  const written = [...grounds(tokens), tokens.surface0];
  expect(weak(tokens, ['text', 'subtext1', 'subtext0', ...accents], written, levels.text)).toEqual([]);
  expect(weak(tokens, ['overlay1'], grounds(tokens), levels.text)).toEqual([]);
  // Rows that are pointed at have half of surface0, selected ones a tint of blue.
  expect(weak(tokens, ['overlay1'], [mix(tokens.base, tokens.surface0, 0.5)], levels.text)).toEqual([]);
});

test.each(each)('text of $id can be read on cards that want attention', ({ tokens, levels }) => {
  const cards = accents.flatMap((name) => grounds(tokens).map((under) => mix(under, tokens[name], CARD_TINT)));
  expect(weak(tokens, ['text', 'subtext1', 'subtext0', 'overlay1'], cards, levels.text)).toEqual([]);
});

test.each(each)('texts of $id stay apart: the one that tells more is never fainter', ({ tokens }) => {
  const [text = 0, subtext1 = 0, subtext0 = 0, overlay1 = 0] = [
    tokens.text,
    tokens.subtext1,
    tokens.subtext0,
    tokens.overlay1,
  ].map((color) => contrast(color, tokens.base));
  expect(text).toBeGreaterThanOrEqual(subtext1);
  expect(subtext1).toBeGreaterThanOrEqual(subtext0);
  expect(subtext0).toBeGreaterThanOrEqual(overlay1 - 0.01);
});

test.each(each)('an accent of $id can be read on its own tint, and a label on a button of it', ({ tokens, levels }) => {
  for (const name of accents) {
    const color = tokens[name];
    expect(contrastOn(color, tintsOf(color, grounds(tokens))), `${name} on ${TINT} of it`).toBeGreaterThanOrEqual(
      levels.text,
    );
  }
  for (const name of ['blue', 'green', 'red', 'yellow'] as const)
    expect(contrast(tokens.base, tokens[name]), `a label on ${name}`).toBeGreaterThanOrEqual(levels.text);
});

test.each(each)('focus, borders of controls, icons and bars of charts in $id are seen', ({ tokens, levels }) => {
  expect(weak(tokens, ['overlay0', 'edge', 'blue', ...accents], grounds(tokens), levels.drawn)).toEqual([]);
});

test.each(each)('what a program prints in a terminal of $id can be read', ({ tokens, theme }) => {
  const made = palette((name) => tokens[name as TokenName], theme.isDark);
  const { background = '', foreground = '', cursor = '' } = made;
  expect(contrast(foreground, background)).toBeGreaterThanOrEqual(4.5);
  expect(contrast(cursor, background)).toBeGreaterThanOrEqual(3);
  // Black and white are the grounds that programs paint with; xterm's own minimum contrast helps who writes in them.
  for (const name of ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'brightBlack'] as const)
    expect(contrast(made[name] ?? '', background), name).toBeGreaterThanOrEqual(4.5);
});

test('a colour that can be read is left as its authors made it', () => {
  expect(reach('#89b4fa', ['#1e1e2e'], 4.5, true)).toBe('#89b4fa');
  expect(contrast(reach('#6272a4', ['#282a36'], 4.5, true), '#282a36')).toBeGreaterThanOrEqual(4.5);
});
