import type { Answer, Ask } from '@agor/protocol';
import { err, ok, type Result } from '@agor/runtime';

/**
 * A person's words as the answer to an ask: `allow`, `always`, `deny` (also y, n), or free text. Text answers a question
 * (for several questions a JSON object from question to answer), rejects a plan with what to change, and denies a
 * permission with a reason.
 */
export function answerFromText(ask: Ask, words: string): Result<Answer, string> {
  const text = words.trim();
  if (!text) return err('An answer needs at least a word.');
  if (ask.kind === 'question') return answerToQuestions(ask, text);
  const choice = CHOICES[text.toLowerCase()];
  if (ask.kind === 'plan') {
    if (choice === 'always') return err('A plan is approved (allow) or rejected (deny, or what to change).');
    if (choice === 'allow') return ok({ kind: 'plan', decision: 'approve' });
    return ok({ kind: 'plan', decision: 'reject', ...(choice ? {} : { message: text }) });
  }
  if (choice === 'always' && !ask.alwaysLabel) return err('This can be allowed once only: allow or deny.');
  if (choice) return ok({ kind: 'permission', decision: choice });
  return ok({ kind: 'permission', decision: 'deny', message: text });
}

const CHOICES: Record<string, 'allow' | 'always' | 'deny'> = {
  allow: 'allow',
  y: 'allow',
  yes: 'allow',
  approve: 'allow',
  always: 'always',
  deny: 'deny',
  n: 'deny',
  no: 'deny',
  reject: 'deny',
};

function answerToQuestions(ask: Extract<Ask, { kind: 'question' }>, text: string): Result<Answer, string> {
  const [only, ...more] = ask.questions;
  if (only && more.length === 0) return ok({ kind: 'question', answers: { [only.question]: text } });
  const answers = objectOf(text);
  const missing = ask.questions.filter((q) => typeof answers?.[q.question] !== 'string');
  if (!answers || missing.length > 0) {
    const names = ask.questions.map((q) => JSON.stringify(q.question)).join(', ');
    return err(`There are several questions: answer with a JSON object that has a text for each of ${names}.`);
  }
  return ok({
    kind: 'question',
    answers: Object.fromEntries(ask.questions.map((q) => [q.question, String(answers[q.question])])),
  });
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null; // not JSON: the caller says what is wanted
  }
}
