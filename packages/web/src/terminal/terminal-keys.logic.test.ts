import { expect, test, vi } from 'vitest';
import { terminalKey } from './terminal-keys.ts';

function press(key: string, keys: Partial<KeyboardEvent> = {}, isMac = false) {
  const on = { copy: vi.fn(() => true), find: vi.fn(), zoom: vi.fn() };
  const preventDefault = vi.fn();
  const event = { type: 'keydown', key, stopPropagation: () => {}, ...keys, preventDefault };
  const isPrograms = terminalKey(event as unknown as KeyboardEvent, on, isMac);
  const [copied, found, prevented] = [on.copy, on.find, preventDefault].map(({ mock }) => mock.calls.length);
  return { isPrograms, copied, found, prevented, zoomed: on.zoom.mock.calls.flat() };
}
const both = { ctrlKey: true, shiftKey: true };

test('Ctrl+C, Ctrl+V and Ctrl+F are the program’s', () => {
  for (const key of ['c', 'v', 'f']) expect(press(key, { ctrlKey: true }).isPrograms).toBe(true);
});

test('Ctrl+Shift+C copies, and the browser’s own meaning of it is kept away', () => {
  const { isPrograms, copied, prevented } = press('C', both);
  expect([isPrograms, copied, prevented]).toEqual([false, 1, 1]);
});

test('Ctrl+Shift+V is left to the browser, which pastes without asking for a right', () => {
  const { isPrograms, prevented } = press('V', both);
  expect([isPrograms, prevented]).toEqual([false, 0]);
});

test('Ctrl+Shift+F opens the find bar once for a press', () => {
  expect(press('F', both).found).toBe(1);
  expect(press('F', { ...both, type: 'keyup' }).found).toBe(0);
});

test('Ctrl with plus, minus and zero makes the text larger, smaller and usual again', () => {
  for (const [key, by] of [
    ['=', 1],
    ['+', 1],
    ['-', -1],
    ['0', 0],
  ] as const) {
    expect(press(key, { ctrlKey: true })).toMatchObject({ isPrograms: false, zoomed: [by], prevented: 1 });
    expect(press(key, {}).isPrograms).toBe(true);
  }
});

test('on a Mac Cmd does it, and Ctrl with letters stays the program’s', () => {
  const cmd = { metaKey: true };
  expect(press('c', cmd, true)).toMatchObject({ isPrograms: false, prevented: 0 });
  expect(press('v', cmd, true)).toMatchObject({ isPrograms: false, prevented: 0 });
  expect(press('f', cmd, true).found).toBe(1);
  expect(press('=', cmd, true).zoomed).toEqual([1]);
  expect(press('C', both, true).isPrograms).toBe(true);
});
