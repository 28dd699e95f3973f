import { describe, expect, test } from 'vitest';
import { contextUse } from './context.logic.ts';
import { complete, matchCommands, triggerAt } from './suggest.logic.ts';

describe('what the caret stands in', () => {
  test('a slash at the beginning asks for commands, anywhere else it is a slash', () => {
    expect(triggerAt('/co', 3)).toEqual({ kind: 'command', query: 'co', from: 0, to: 3 });
    expect(triggerAt('see /co', 7)).toBeNull();
    expect(triggerAt('/compact now', 12)).toBeNull();
  });

  test('an at sign before a word asks for files, inside a word it does not', () => {
    expect(triggerAt('look at @src/m', 14)).toEqual({ kind: 'file', query: 'src/m', from: 8, to: 14 });
    expect(triggerAt('me@home', 7)).toBeNull();
    expect(triggerAt('a @b c', 6)).toBeNull();
  });

  test('a suggestion takes the place of the whole word, and the caret goes behind it', () => {
    const text = 'look at @srx please';
    const trigger = triggerAt(text, 11);
    expect(trigger && complete(text, trigger, 'src/main.ts')).toEqual({
      text: 'look at @src/main.ts please',
      caret: 21,
    });
  });
});

test('commands that begin with the letters come before those that contain them', () => {
  const commands = ['recompact', 'compact', 'clear', '/cost'].map((name) => ({ name, description: '' }));
  expect(matchCommands(commands, 'co').map(({ value }) => value)).toEqual(['compact', 'cost', 'recompact']);
});

test('the meter warns at 50, 75 and 90 percent of the window', () => {
  const colors = [10, 50, 75, 90].map((percent) => contextUse(percent * 2000, 200_000)?.color);
  expect(colors).toEqual(['overlay1', 'yellow', 'peach', 'red']);
  expect(contextUse(68_000, 200_000)?.text).toBe('34% of 200k');
  expect(contextUse(null, 200_000)).toBeNull();
});
