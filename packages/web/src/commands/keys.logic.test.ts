import { expect, test } from 'vitest';
import { keyCaps, keyText, normalKeys, pressed, typesText } from './keys.ts';

const press = (key: string, code: string, held: string[] = []) => ({
  key,
  code,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  altKey: held.includes('alt'),
  shiftKey: held.includes('shift'),
});

test('digits are told by their place, whatever character Shift or Alt make of them', () => {
  expect(pressed(press('¡', 'Digit1', ['alt']), true)).toBe('Alt+1');
  expect(pressed(press('(', 'Digit9', ['ctrl', 'shift']), false)).toBe('Mod+Shift+9');
});

test('Mod is Ctrl, and Cmd on a Mac; the other one is another key', () => {
  expect(pressed(press('j', 'KeyJ', ['ctrl']), false)).toBe('Mod+J');
  expect(pressed(press('j', 'KeyJ', ['meta']), true)).toBe('Mod+J');
  expect(pressed(press('j', 'KeyJ', ['meta']), false)).toBe('Meta+J');
  expect(pressed(press('h', 'KeyH', ['ctrl']), true)).toBe('Ctrl+H');
  expect(pressed(press('j', 'KeyJ', ['ctrl', 'alt']), false)).toBe('Mod+Alt+J');
});

test('Shift tells Ctrl+K from Ctrl+Shift+K, but of a sign only what it types counts', () => {
  expect(pressed(press('k', 'KeyK', ['ctrl']), false)).toBe('Mod+K');
  expect(pressed(press('K', 'KeyK', ['ctrl', 'shift']), false)).toBe('Mod+Shift+K');
  expect(pressed(press('?', 'Minus', ['shift']), false)).toBe('?');
  expect(pressed(press('?', 'Slash', ['shift']), false)).toBe('?');
  expect(pressed(press('+', 'Equal', ['ctrl', 'shift']), false)).toBe('Mod+Plus');
});

test('a keyboard without Latin letters has the same shortcuts, by their place', () => {
  expect(pressed(press('л', 'KeyK', ['ctrl']), false)).toBe('Mod+K');
  expect(pressed(press('¬', 'KeyL', ['alt']), true)).toBe('Alt+L');
  expect(pressed(press('л', 'KeyK'), false)).toBe('л');
});

test('a modifier alone and a character typed by AltGr are no shortcut', () => {
  expect(pressed(press('Control', 'ControlLeft', ['ctrl']), false)).toBeNull();
  expect(
    pressed({ ...press('@', 'KeyQ', ['ctrl', 'alt']), getModifierState: (name) => name === 'AltGraph' }, false),
  ).toBeNull();
});

test('keys that were written by hand are brought to one form, and what can’t be pressed is told', () => {
  expect(normalKeys('Shift+Ctrl+k', false)).toBe('Mod+Shift+K');
  expect(normalKeys('Ctrl+K', true)).toBe('Ctrl+K');
  expect(normalKeys('Mod+ArrowUp', false)).toBe('Mod+ArrowUp');
  expect(normalKeys('Mod+Nope', false)).toBeNull();
  expect(normalKeys('Hyper+K', false)).toBeNull();
  expect(normalKeys('Mod+Mod+K', false)).toBeNull();
});

test('only keys with Ctrl, Cmd or Alt, or a function key, type nothing', () => {
  expect(typesText('?')).toBe(true);
  expect(typesText('Shift+A')).toBe(true);
  expect(typesText('F2')).toBe(false);
  expect(typesText('Alt+T')).toBe(false);
});

test('keys are printed as they stand on the keyboard', () => {
  expect(keyCaps('Mod+Shift+K', true)).toEqual(['⌘', '⇧', 'K']);
  expect(keyCaps('Mod+Shift+K', false)).toEqual(['Ctrl', 'Shift', 'K']);
  expect(keyText('Mod+Shift+K', true)).toBe('⌘⇧K');
  expect(keyText('Mod+ArrowUp', false)).toBe('Ctrl+↑');
});
