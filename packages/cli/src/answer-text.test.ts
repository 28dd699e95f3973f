import { expect, test } from 'bun:test';
import { Ask } from '@agor/protocol';
import { answerFromText } from './answer-text.ts';

const permission = Ask.parse({
  id: 'a',
  kind: 'permission',
  toolName: 'Bash',
  title: 'Run: ls',
  input: {},
  alwaysLabel: 'ls',
});
const once = Ask.parse({ id: 'a', kind: 'permission', toolName: 'Bash', title: 'Run: ls', input: {} });
const plan = Ask.parse({ id: 'a', kind: 'plan', title: 'A plan', plan: '1. do' });
const question = Ask.parse({ id: 'a', kind: 'question', title: 'Which?', questions: [{ question: 'Which DB?' }] });
const two = Ask.parse({
  id: 'a',
  kind: 'question',
  title: 'Which?',
  questions: [{ question: 'A?' }, { question: 'B?' }],
});

test('a permission is allowed, always allowed or denied by a word, and denied with a reason by any other text', () => {
  expect(answerFromText(permission, 'allow')).toMatchObject({ value: { decision: 'allow' } });
  expect(answerFromText(permission, ' Always ')).toMatchObject({ value: { decision: 'always' } });
  expect(answerFromText(permission, 'n')).toMatchObject({ value: { decision: 'deny' } });
  expect(answerFromText(permission, 'use pnpm')).toMatchObject({ value: { decision: 'deny', message: 'use pnpm' } });
  expect(answerFromText(once, 'always').ok).toBe(false);
  expect(answerFromText(permission, '  ').ok).toBe(false);
});

test('a plan is approved, rejected, or sent back with what to change', () => {
  expect(answerFromText(plan, 'allow')).toMatchObject({ value: { decision: 'approve' } });
  expect(answerFromText(plan, 'deny')).toEqual({ ok: true, value: { kind: 'plan', decision: 'reject' } });
  expect(answerFromText(plan, 'smaller steps')).toMatchObject({
    value: { decision: 'reject', message: 'smaller steps' },
  });
});

test('one question takes the words as they are, several take a JSON object with an answer for each', () => {
  expect(answerFromText(question, 'yes')).toEqual({
    ok: true,
    value: { kind: 'question', answers: { 'Which DB?': 'yes' } },
  });
  expect(answerFromText(two, 'yes').ok).toBe(false);
  expect(answerFromText(two, '{"A?":"1"}').ok).toBe(false);
  expect(answerFromText(two, '{"A?":"1","B?":"2","C?":"3"}')).toEqual({
    ok: true,
    value: { kind: 'question', answers: { 'A?': '1', 'B?': '2' } },
  });
});
