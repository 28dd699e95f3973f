import { expect, test, vi } from 'vitest';
import { terminalKey } from './terminal-keys.ts';

function press(key: string, keys: Partial<KeyboardEvent> = {}) {
  const on = { copy: vi.fn(() => true), find: vi.fn() };
  const event = { type: 'keydown', key, preventDefault: vi.fn(), stopPropagation: vi.fn(), ...keys };
  const isPrograms = terminalKey(event as unknown as KeyboardEvent, on);
  return { isPrograms, copied: on.copy.mock.calls.length, found: on.find.mock.calls.length, event };
}
const both = { ctrlKey: true, shiftKey: true };

test('Ctrl+C, Ctrl+V and Ctrl+F are the program’s', () => {
  for (const key of ['c', 'v', 'f']) expect(press(key, { ctrlKey: true }).isPrograms).toBe(true);
});

test('Ctrl+Shift+C copies, and the browser’s own meaning of it is kept away', () => {
  const { isPrograms, copied, event } = press('C', both);
  expect([isPrograms, copied, event.preventDefault.mock.calls.length]).toEqual([false, 1, 1]);
});

test('Ctrl+Shift+V is left to the browser, which pastes without asking for a right', () => {
  const { isPrograms, event } = press('V', both);
  expect([isPrograms, event.preventDefault.mock.calls.length]).toEqual([false, 0]);
});

test('Ctrl+Shift+F opens the find bar once for a press', () => {
  expect(press('F', both).found).toBe(1);
  expect(press('F', { ...both, type: 'keyup' }).found).toBe(0);
});
