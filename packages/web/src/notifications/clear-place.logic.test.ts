import { expect, test } from 'vitest';
import { clearPlace } from './clear-place.logic.ts';

const WINDOW = { width: 1000, height: 800 };
const HOME = { right: 16, bottom: 144 };
const SIZE = { width: 360, height: 100 };
const card = (left: number, top: number, right: number, bottom: number) => ({ left, top, right, bottom });

test('where no card is in the way, toasts are at home', () => {
  expect(clearPlace(SIZE, WINDOW, HOME, [])).toEqual(HOME);
  expect(clearPlace(SIZE, WINDOW, HOME, [card(0, 500, 600, 700)])).toEqual(HOME);
});

test('over a card they stand above it, and above the next one where there is no room between', () => {
  expect(clearPlace(SIZE, WINDOW, HOME, [card(620, 500, 990, 700)])).toEqual({ right: 16, bottom: 308 });
  const two = [card(620, 500, 990, 700), card(620, 400, 990, 480)];
  expect(clearPlace(SIZE, WINDOW, HOME, two)).toEqual({ right: 16, bottom: 408 });
});

test('beside a card that reaches to the top they stand at its left', () => {
  expect(clearPlace(SIZE, WINDOW, HOME, [card(620, 50, 990, 700)])).toEqual({ right: 388, bottom: 144 });
});

test('in a narrow window without room they keep off the buttons at the lower end of the card', () => {
  const phone = { width: 390, height: 800 };
  expect(clearPlace(SIZE, phone, HOME, [card(8, 50, 382, 700)])).toEqual({ right: 16, bottom: 692 });
});
