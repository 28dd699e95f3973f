import { expect, test } from 'vitest';
import { ago, count, money, tilde, within } from './format.ts';

test('money never shows a cost as nothing', () => {
  expect([0, 0.004, 0.38, 12.44, 1204].map(money)).toEqual(['$0', '<$0.01', '$0.38', '$12.4', '$1 204']);
});

test('counts and ages use the largest unit that fits', () => {
  expect([840, 12_340, 1_200_000].map(count)).toEqual(['840', '12.3 k', '1.2 M']);
  const now = 1_000_000_000;
  expect([0, 14, 180, 60 * 72].map((minutes) => ago(now - minutes * 60_000, now))).toEqual([
    'now',
    '14 m',
    '3 h',
    '3 d',
  ]);
});

test('the home folder is written as a tilde, other folders as they are', () => {
  expect(['/home/you/code', '/home/you', '/homes/x', '/srv/home/you'].map(tilde)).toEqual([
    '~/code',
    '~',
    '/homes/x',
    '/srv/home/you',
  ]);
});

test('a path inside a folder is called as there, any other as it is', () => {
  const paths = ['/code/api/src/a.ts', '/code/api', '/code/api-2/b.ts', 'src/a.ts'];
  expect(paths.map((path) => within('/code/api', path))).toEqual([
    'src/a.ts',
    '/code/api',
    '/code/api-2/b.ts',
    'src/a.ts',
  ]);
});
