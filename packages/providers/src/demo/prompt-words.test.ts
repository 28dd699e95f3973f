import { expect, test } from 'bun:test';
import { readPrompt } from './prompt-words.ts';

test('the demo agent goes by the person’s words, not by the anchors that came behind them', () => {
  const prompt = readPrompt('/say seed=3 the code\n\n<session-anchors>\nsay seed=9 no\n</session-anchors>');
  expect(prompt).toMatchObject({ trigger: 'say', words: ['the', 'code'], text: '/say seed=3 the code' });
  expect(prompt.options.get('seed')).toBe('3');
});
