import { type Ask, AskId, type PermissionAsk } from '@agor/protocol';
import { describe, expect, test } from 'vitest';
import { askInput, chosenAnswers, inOwnWords, pick, settledText } from './ask-words.logic.ts';
import { GRACE_MS, Grace } from './grace.logic.ts';

const permission = (input: unknown): PermissionAsk => ({
  id: AskId.parse('a1'),
  kind: 'permission',
  toolName: 'Bash',
  title: 'Run a command',
  input,
});

test('nothing counts until the grace after the last change is over', () => {
  let now = 0;
  const grace = new Grace(() => now);
  now = GRACE_MS - 1;
  expect(grace.over).toBe(false);
  grace.restart();
  now += GRACE_MS - 1;
  expect(grace.over).toBe(false);
  now += 1;
  expect(grace.over).toBe(true);
  expect(GRACE_MS).toBeGreaterThanOrEqual(300);
});

describe('what is asked for', () => {
  test('a command shows as it will run, a change as a change, anything else as JSON', () => {
    expect(askInput(permission({ command: 'npm test' }))).toEqual({ kind: 'text', text: 'npm test' });
    expect(askInput(permission({ file_path: 'a.ts', old_string: 'x', new_string: 'y\nz' }))).toEqual({
      kind: 'patch',
      path: 'a.ts',
      patch: '-x\n+y\n+z',
    });
    expect(askInput(permission({ url: 'http://x' }))).toEqual({ kind: 'text', text: '{\n  "url": "http://x"\n}' });
    expect(askInput(permission({}))).toBeNull();
  });

  test('lines that an edit leaves as they are stand beside what it changes', () => {
    const edit = { file_path: 'a.md', old_string: '# Title\nold\nend\n' };
    expect(askInput(permission({ ...edit, new_string: '# Title\nnew\nmore\nend\n' }))).toMatchObject({
      patch: ' # Title\n-old\n+new\n+more\n end',
    });
    expect(askInput(permission({ ...edit, new_string: '# Title\nold\nend\nmore\n' }))).toMatchObject({
      patch: ' # Title\n old\n end\n+more',
    });
  });
});

describe('answers to questions', () => {
  const questions = [
    { question: 'Which?', multiSelect: false },
    { question: 'What else?', multiSelect: true },
  ];
  const none = { picked: [], own: '' };

  test('one option takes the place of another, several stand together', () => {
    expect(pick(pick(none, 'a', false), 'b', false).picked).toEqual(['b']);
    expect(pick(pick(none, 'a', true), 'b', true).picked).toEqual(['a', 'b']);
    expect(pick(pick(none, 'a', true), 'a', true).picked).toEqual([]);
  });

  test('own words take the place of a single choice and join several', () => {
    expect(inOwnWords(pick(none, 'a', false), 'mine', false)).toEqual({ picked: [], own: 'mine' });
    expect(inOwnWords(pick(none, 'a', true), 'mine', true)).toEqual({ picked: ['a'], own: 'mine' });
  });

  test('they are given when every question has one', () => {
    expect(chosenAnswers(questions, [pick(none, 'a', false), none])).toBeNull();
    expect(chosenAnswers(questions, [pick(none, 'a', false), { picked: ['b'], own: 'c' }])).toEqual({
      'Which?': 'a',
      'What else?': 'b, c',
    });
  });
});

test('a settled ask says what was answered, by whom, and whether the agent knows', () => {
  const ask: Ask = permission({});
  const answer = { kind: 'permission' as const, decision: 'deny' as const, message: 'not there' };
  const settled = { ask, openedAt: 0, answer };
  expect(settledText({ ...settled, status: 'delivered', answeredBy: 'cli' })).toBe(
    'Denied at the command line: not there',
  );
  expect(settledText({ ...settled, status: 'answered', answeredBy: 'web' })).toContain('on its way to the agent');
  expect(settledText({ ask, openedAt: 0, status: 'withdrawn' })).toBe('Taken back by the agent');
});
