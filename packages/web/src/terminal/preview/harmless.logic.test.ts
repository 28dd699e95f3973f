import { expect, test } from 'vitest';
import { harmless } from './harmless.logic.ts';

test('colours and lines stay as they are', () => {
  const text = 'a\x1b[31mred\x1b[0m\tb\n\x1b[1;38;5;200mmany\x1b[m\n\x1b[48;2;1;2;3mmore';
  expect(harmless(text)).toBe(text);
  expect(harmless('a\r\nb\rc')).toBe('a\nb\rc');
});

test.each([
  ['a title', 'x\x1b]0;owned\x07y'],
  ['the clipboard', 'x\x1b]52;c;c2VjcmV0\x1b\\y'],
  ['a link', 'x\x1b]8;;https://evil.example\x1b\\y'],
  ['mouse reports', 'x\x1b[?1000h\x1b[?1006hy'],
  ['the alternate screen', 'x\x1b[?1049hy'],
  ['the cursor', 'x\x1b[5A\x1b[2J\x1b[Hy'],
  ['a question', 'x\x1b[c\x1b[6ny'],
  ['a reset', 'x\x1bcy'],
  ['a device string', 'x\x1bP+q544e\x1b\\y'],
  ['8-bit sequences', 'x\x9b5A\x9d0;t\x9cy'],
  ['controls', 'x\x07\x08\x00\x0e\x7fy'],
  ['a turn of the writing direction', 'x\u202ey'],
  ['bracketed paste', 'x\x1b[?2004hy'],
  ['a colour with something else in it', 'x\x1b[31 my'],
  ['hidden text', 'x\x1b[8m\x1b[my'],
])('%s is left out', (_, text) => {
  expect(harmless(text).replaceAll('\x1b[m', '')).toBe('xy');
});

test('a sequence that is never closed takes no more than its line along', () => {
  expect(harmless('a\x1b]0;title\nb')).toBe('a\nb');
  expect(harmless('a\x1b[')).toBe('a');
  expect(harmless('a\x1b')).toBe('a');
});

test('whatever comes, no other sequence than a colour is left', () => {
  let seed = 20_261_123;
  const next = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed;
  };
  const parts = [
    '\x1b',
    '[',
    ']',
    '?',
    '8',
    ';',
    'm',
    'h',
    'P',
    '\\',
    '\x07',
    '\x9b',
    '\x9d',
    '\x9c',
    'a',
    '\n',
    '5',
    '2',
    ' ',
  ];
  for (let round = 0; round < 3_000; round++) {
    const text = Array.from({ length: 30 }, () => parts[next() % parts.length]).join('');
    const rest = harmless(text)
      .split(/\p{Cc}\[[\d;:]*m/u)
      .join('');
    expect(rest.replace(/[\t\n\r]/g, ''), JSON.stringify(text)).not.toMatch(/\p{Cc}/u);
  }
});
