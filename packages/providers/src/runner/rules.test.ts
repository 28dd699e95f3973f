import { expect, test } from 'bun:test';
import { canonicalJson } from '../canonical-json.ts';
import { type Rule, RuleBook } from './rules.ts';

const rule = (given: Partial<Rule> & { id: string }): Rule => ({
  toolName: 'Bash',
  once: false,
  decision: 'allow',
  ...given,
});

test('a rule for exactly this input fits whatever the order of its keys', () => {
  const book = new RuleBook();
  book.replace([
    rule({ id: 'a', inputJson: canonicalJson({ command: 'ls', deep: { b: 1, a: [2, { d: 1, c: 2 }] } }) }),
  ]);
  expect(book.take('Bash', { deep: { a: [2, { c: 2, d: 1 }], b: 1 }, command: 'ls' })?.id).toBe('a');
  expect(book.take('Bash', { command: 'ls' })).toBeNull();
  expect(book.take('Write', { command: 'ls', deep: { b: 1, a: [2, { d: 1, c: 2 }] } })).toBeNull();
});

test('a one-shot rule answers once, also when the next prompt brings it again', () => {
  const book = new RuleBook();
  const rules = [rule({ id: 'once', once: true })];
  book.replace(rules);
  expect(book.take('Bash', {})?.id).toBe('once');
  expect(book.take('Bash', {})).toBeNull();
  book.replace(rules);
  expect(book.take('Bash', {})).toBeNull();
  book.replace([]);
  book.replace([rule({ id: 'once-2', once: true })]);
  expect(book.take('Bash', {})?.id).toBe('once-2');
});

test('the exact rule wins over the general one, a denial over an allowance', () => {
  const book = new RuleBook();
  const inputJson = canonicalJson({ command: 'rm' });
  book.replace([rule({ id: 'all' }), rule({ id: 'none', decision: 'deny' }), rule({ id: 'exact', inputJson })]);
  expect(book.take('Bash', { command: 'rm' })?.id).toBe('exact');
  expect(book.take('Bash', { command: 'ls' })?.id).toBe('none');
});
