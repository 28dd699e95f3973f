import { expect, test } from 'vitest';
import {
  EMPTY,
  fitted,
  inOrder,
  MAX_SLOTS,
  moved,
  startOf,
  withoutSlot,
  withShare,
  withShown,
  withSplit,
} from './layout.logic.ts';

const one = fitted(EMPTY, ['a', 'b']);

test('the last tab is shown when the person chose none, or theirs is gone', () => {
  expect(one).toMatchObject({ slots: ['b'], shares: [1] });
  expect(fitted(withShown(one, 'a'), ['b', 'c']).slots).toEqual(['c']);
  expect(fitted(EMPTY, []).slots).toEqual([]);
});

test('a tab is shown where the keyboard is, or where it is shown already', () => {
  const two = withSplit(one, 'a', 'row');
  expect(two).toMatchObject({ slots: ['b', 'a'], shares: [0.5, 0.5], focused: 1 });
  expect(withShown(two, 'b')).toMatchObject({ slots: ['b', 'a'], focused: 0 });
  expect(withShown(two, 'c')).toMatchObject({ slots: ['b', 'c'], focused: 1 });
});

test('what is gone leaves its room to the others', () => {
  const three = withSplit(withSplit(one, 'a', 'row'), 'c', 'row');
  expect(three.shares).toEqual([0.5, 0.25, 0.25]);
  const left = fitted(three, ['b', 'c']);
  expect(left.slots).toEqual(['b', 'c']);
  expect(left.shares[0]).toBeCloseTo(2 / 3);
  expect(left.focused).toBe(1);
  expect(withoutSlot(three, 2)).toMatchObject({ slots: ['b', 'a'], focused: 1 });
  expect(withoutSlot(one, 0)).toBe(one);
});

test('there are never more slots than the bound, and their shares are always the whole', () => {
  let layout = one;
  for (const id of ['c', 'd', 'e', 'f', 'g']) layout = withSplit(layout, id, 'column');
  expect(layout.slots).toHaveLength(MAX_SLOTS);
  expect(layout.slots).toContain('g');
  for (const share of [-1, 0.4, 7]) {
    const next = withShare(layout, 1, share);
    expect(next.shares.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1);
    expect(Math.min(...next.shares)).toBeGreaterThan(0);
  }
  expect(startOf(layout, 0)).toBe(0);
});

test('the tabs keep the order that the person gave them, new ones follow', () => {
  const tabs = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
  expect(inOrder(tabs, ['c', 'a']).map(({ id }) => id)).toEqual(['c', 'a', 'b', 'd']);
  expect(moved(['a', 'b', 'c'], 'c', 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b', 'c'], 'a', 9)).toEqual(['b', 'c', 'a']);
});
