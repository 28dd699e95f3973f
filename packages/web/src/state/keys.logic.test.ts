import { expect, test } from 'vitest';
import { keyCaps, matchKeys } from './keys.ts';

const press = (key: string, code: string, held: string[] = []) => ({
  key,
  code,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  altKey: held.includes('alt'),
  shiftKey: held.includes('shift'),
});

test('a digit range hands over the digit, whatever character Shift or Alt make of it', () => {
  expect(matchKeys('Alt+1…5', press('¡', 'Digit1', ['alt']), true)).toBe(1);
  expect(matchKeys('Mod+Shift+1…9', press('(', 'Digit9', ['ctrl', 'shift']), false)).toBe(9);
  expect(matchKeys('Alt+1…5', press('6', 'Digit6', ['alt']), false)).toBeNull();
});

test('Mod is Ctrl, and Cmd on a Mac; the other one is somebody else’s shortcut', () => {
  expect(matchKeys('Mod+J', press('j', 'KeyJ', ['ctrl']), false)).toBe(0);
  expect(matchKeys('Mod+J', press('j', 'KeyJ', ['meta']), true)).toBe(0);
  expect(matchKeys('Mod+J', press('j', 'KeyJ', ['meta']), false)).toBeNull();
  expect(matchKeys('Mod+J', press('j', 'KeyJ', ['ctrl', 'alt']), false)).toBeNull();
});

test('Shift tells Ctrl+K from Ctrl+Shift+K, but "?" counts with and without it', () => {
  expect(matchKeys('Mod+Shift+K', press('k', 'KeyK', ['ctrl']), false)).toBeNull();
  expect(matchKeys('Mod+Shift+K', press('K', 'KeyK', ['ctrl', 'shift']), false)).toBe(0);
  expect(matchKeys('?', press('?', 'Minus', ['shift']), false)).toBe(0);
});

test('keys are printed as they stand on the keyboard', () => {
  expect(keyCaps('Mod+Shift+K', true)).toEqual(['⌘', '⇧', 'K']);
  expect(keyCaps('Mod+Shift+K', false)).toEqual(['Ctrl', 'Shift', 'K']);
});
