import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ToastStore } from './toasts.svelte.ts';

let toasts: ToastStore;
let hidden: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  hidden = false;
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  toasts = new ToastStore();
});
afterEach(() => {
  toasts[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const add = (id: string, ms: number | null = 4_000) => toasts.add({ id, level: 'info', title: id, body: '', ms });
const ids = () => toasts.list.map(({ id }) => id);

test('a toast goes after its time; while it is held its time stands still', () => {
  add('one');
  vi.advanceTimersByTime(3_000);
  add('two');
  toasts.hold(true);
  vi.advanceTimersByTime(60_000);
  expect(ids()).toEqual(['one', 'two']);
  toasts.hold(false);
  vi.advanceTimersByTime(1_000);
  expect(ids()).toEqual(['two']);
  vi.advanceTimersByTime(3_000);
  expect(ids()).toEqual([]);
});

test('in a hidden window no time passes for them', () => {
  hidden = true;
  add('one');
  vi.advanceTimersByTime(60_000);
  expect(ids()).toEqual(['one']);
  hidden = false;
  document.dispatchEvent(new Event('visibilitychange'));
  vi.advanceTimersByTime(4_000);
  expect(ids()).toEqual([]);
});

test('a sixth pushes out the oldest that would go by itself, else the oldest', () => {
  add('stays', null);
  for (const id of ['a', 'b', 'c', 'd', 'e']) add(id);
  expect(ids()).toEqual(['stays', 'b', 'c', 'd', 'e']);
  for (const id of ['1', '2', '3', '4', '5']) add(id, null);
  expect(ids()).toEqual(['1', '2', '3', '4', '5']);
  add('5', null);
  expect(ids()).toEqual(['1', '2', '3', '4', '5']);
});
