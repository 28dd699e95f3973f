import { ProjectId, type WakeTrigger } from '@agor/protocol';
import { expect, test } from 'vitest';
import { conditionText, factsOf, momentText } from './wake-words.logic.ts';

const now = new Date(2026, 10, 23, 12, 0).getTime();
const trigger: WakeTrigger = {
  id: 'w',
  agentId: ProjectId.parse('p'),
  condition: { kind: 'cron', expression: '0 9 * * 1-5' },
  prompt: '',
  once: false,
  enabled: true,
  createdBy: 'web',
  createdAt: now,
  lastFiredAt: null,
  nextAt: null,
  check: null,
  problem: null,
};

test('each kind of wake is said in words', () => {
  expect(conditionText(trigger.condition, null)).toBe('At 0 9 * * 1-5');
  expect(conditionText({ kind: 'task', taskId: 'task-1234567', status: 'done' }, null)).toBe(
    'When the task task-123 is done',
  );
  expect(conditionText({ kind: 'task', taskId: 't', status: 'review' }, 'Mend it')).toBe('When “Mend it” is in review');
  expect(conditionText({ kind: 'file', pattern: 'src/**' }, null)).toBe('When src/** changes');
  expect(conditionText({ kind: 'check', command: 'npm test', everyMin: 5 }, null)).toBe(
    'When npm test fails, every 5 min',
  );
});

test('a moment of today is a time, another has its day', () => {
  expect(momentText(now + 60_000, now)).not.toMatch(/[A-Z][a-z]{2}.*,/);
  expect(momentText(now + 3 * 86_400_000, now)).toMatch(/Nov/);
});

test('what is told: whether it is on, held, when it comes, how the check went, when it fired', () => {
  expect(factsOf(trigger, false, now)).toEqual(['has not woken it yet']);
  expect(factsOf({ ...trigger, enabled: false, once: true }, true, now)).toEqual([
    'switched off',
    'has not woken it yet',
    'once',
  ]);
  const check = { ok: false, at: now, tail: '', confined: false };
  expect(factsOf({ ...trigger, check, lastFiredAt: now }, true, now)).toEqual([
    'held by Stop All',
    expect.stringMatching(/^failed /),
    'ran without a sandbox',
    expect.stringMatching(/^woke it /),
  ]);
});
