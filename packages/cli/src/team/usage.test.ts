import { expect, test } from 'bun:test';
import { btmsg } from './btmsg.ts';
import { bttask } from './bttask.ts';
import { commandHelp, programHelp } from './help.ts';
import { findCommand, type Given, type Program, takeApart } from './usage.ts';

function given(program: Program, ...words: string[]): Given {
  const { spec, rest } = findCommand(program, words);
  return takeApart(program, spec, rest);
}
function refusal(program: Program, ...words: string[]): string {
  try {
    given(program, ...words);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('the words of a text are one text, whatever they begin with', () => {
  expect(given(btmsg, 'send', 'web', 'build', 'it').text('text')).toBe('build it');
  expect(given(btmsg, 'send', 'web', '- first\n- second').text('text')).toBe('- first\n- second');
  expect(given(btmsg, 'send', 'web', '-1', 'is', 'wrong').text('text')).toBe('-1 is wrong');
  expect(given(btmsg, 'send', 'web', '--', '--force', '--json').text('text')).toBe('--force --json');
  expect(refusal(btmsg, 'send', 'web', 'use', '--force')).toContain('Put -- before a text');
});

test('options may stand anywhere, with a blank or an equals sign', () => {
  for (const words of [
    ['add', 'Fix', 'it', '--priority', 'high', '--json'],
    ['--json', 'add', '--priority=high', 'Fix', 'it'],
  ]) {
    const task = given(bttask, ...words);
    expect([task.text('title'), task.text('priority'), task.has('json')]).toEqual(['Fix it', 'high', true]);
  }
  const after = given(bttask, 'add', 'Later', '--after', 'aaaa', 'bbbb', '--after=cccc');
  expect([after.text('title'), after.list('after')]).toEqual(['Later', ['aaaa', 'bbbb', 'cccc']]);
  expect(given(btmsg, 'allow', '-b', 'web', 'tests').has('bidirectional')).toBe(true);
  expect(given(btmsg, 'channel', 'history', 'general', '--limit', '5').number('limit')).toBe(5);
});

test('who calls a command the wrong way is told the right one', () => {
  expect(refusal(btmsg, 'chanel')).toBe('There is no command "chanel". `btmsg help` lists them.');
  expect(refusal(btmsg, 'channel', 'shout')).toContain('channel send');
  expect(refusal(btmsg, 'send', 'web')).toBe('<text> is missing: btmsg send <agent> <text…>');
  expect(refusal(btmsg, 'unread', 'now')).toBe('"now" is too much: btmsg unread');
  expect(refusal(bttask, 'status', 'abcd', 'perhaps')).toContain('todo, progress, review, done, blocked');
  expect(refusal(bttask, 'add', 'x', '--priority', 'urgent')).toContain('critical, high, medium, low');
  expect(refusal(bttask, 'add', 'x', '--priority')).toBe('--priority needs a value: --priority <priority>.');
  expect(() => given(btmsg, 'feed', '--limit', 'many').number('limit')).toThrow('--limit takes a whole number');
});

test('every command says what it is for, and is found by its name', () => {
  for (const program of [btmsg, bttask]) {
    const all = programHelp(program);
    for (const spec of program.commands) {
      expect(findCommand(program, spec.name.split(' ')).spec).toBe(spec);
      expect(all).toContain(spec.help);
      expect(commandHelp(program, spec)).toStartWith(`${program.name} ${spec.name}`);
    }
  }
});
