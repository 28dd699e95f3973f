import { expect, test } from 'vitest';
import { riskyPaste, shellWord } from './paste.logic.ts';

const shell = { bracketed: false, ownScreen: false };

test('only what would be run as it is pasted is asked about', () => {
  expect(riskyPaste('ls -l', shell)).toBeNull();
  expect(riskyPaste('ls\n', shell)).toEqual({ text: 'ls\n', lines: 1 });
  expect(riskyPaste('a\r\nb\rc\n', shell)?.lines).toBe(3);
  expect(riskyPaste('a\nb', { ...shell, bracketed: true })).toBeNull();
  expect(riskyPaste('a\nb', { ...shell, ownScreen: true })).toBeNull();
});

test('a path becomes one word of a shell', () => {
  expect(shellWord('src/a-b.ts')).toBe('src/a-b.ts');
  expect(shellWord("it's here")).toBe("'it'\\''s here'");
});
