import type { BudgetLimit, BudgetStanding } from '@agor/protocol';
import { expect, test } from 'vitest';
import { gaugesOf, limitDraft, offersOf, periodText, reachedText, readLimit } from './budget-words.logic.ts';

const standing = (limit: BudgetLimit, spentUsd: number, spentTokens = 0, addedUsd = 0): BudgetStanding => ({
  scope: 'project',
  id: 'p',
  label: 'the project web-shop',
  period: '2026-11',
  spentUsd,
  spentTokens,
  unpricedTokens: 0,
  limit,
  addedUsd,
  addedTokens: 0,
  level: 'free',
});

test('a bar says what is spent of its hard limit, an override included, and where the soft one lies', () => {
  expect(gaugesOf(standing({ softUsd: 4, hardUsd: 5 }, 4.1, 0, 5))).toEqual([
    { text: '≈ $4.10 of $10.00', percent: 41, softAt: 40, tone: 'peach' },
  ]);
  expect(gaugesOf(standing({ hardTokens: 1_000_000 }, 0, 1_200_000))).toEqual([
    { text: '≈ 1.2 M tokens of 1 M tokens', percent: 100, softAt: null, tone: 'red' },
  ]);
  expect(gaugesOf(standing({ softUsd: 4 }, 1))).toMatchObject([{ percent: 25, tone: 'green' }]);
  expect(gaugesOf(standing({}, 1))).toEqual([]);
});

test('what reached its limit is named, and offered to go on by amounts that fit it', () => {
  const money = standing({ hardUsd: 5 }, 5.02);
  expect(reachedText(money)).toBe('$5.02 of $5.00');
  expect(offersOf(money)).toEqual([
    { label: '$1', usd: 1 },
    { label: '$5', usd: 5 },
  ]);
  expect(offersOf(standing({ hardUsd: 100 }, 101)).map(({ usd }) => usd)).toEqual([20, 100]);
  const both = standing({ hardUsd: 5, hardTokens: 100_000 }, 6, 120_000);
  expect(reachedText(both)).toBe('$6.00 of $5.00 and 120 k of 100 k tokens');
  expect(offersOf(both)[0]).toEqual({ label: '$1 and 20 k tokens', usd: 1, tokens: 20_000 });
});

test('a form gives back what was written, tokens as people say them, and says what is wrong in words', () => {
  expect(readLimit(limitDraft({ softUsd: 4, hardTokens: 10 }))).toEqual({ limit: { softUsd: 4, hardTokens: 10 } });
  expect(readLimit(limitDraft(undefined))).toEqual({ limit: null });
  expect(readLimit({ ...limitDraft({}), softTokens: '1.5M', hardUsd: '$ 2,50' })).toEqual({
    limit: { softTokens: 1_500_000, hardUsd: 2.5 },
  });
  expect(readLimit({ ...limitDraft({}), softUsd: '6', hardUsd: '5' })).toEqual({
    problem: 'The warning must not be above the stop, in dollars.',
  });
  for (const wrong of ['-1', '0', 'much', '1.2.3'])
    expect(readLimit({ ...limitDraft({}), hardTokens: wrong })).toEqual({
      problem: 'Stop at, in tokens: a number above 0.',
    });
});

test('the running month is called so, another by its name', () => {
  const now = Date.UTC(2026, 10, 23);
  expect(periodText({ period: '2026-11' }, now)).toBe('this month');
  expect(periodText({ period: '2026-12' }, now)).toBe('2026-12');
});
