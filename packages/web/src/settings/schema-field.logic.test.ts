import { expect, test } from 'vitest';
import { emptyOf, fieldLabel, readNumber } from './schema-field.logic.ts';
import { searchEntries } from './search.logic.ts';

test('a number is taken within its bounds, and an empty one only where there may be none', () => {
  const shape = { kind: 'number', whole: true, min: 1, max: 30 } as const;
  expect(readNumber('7', shape, false)).toEqual({ value: 7 });
  expect(readNumber('7.5', shape, false)).toEqual({ problem: 'A whole number from 1 to 30' });
  expect(readNumber('31', shape, false)).toEqual({ problem: 'A whole number from 1 to 30' });
  expect(readNumber('', shape, false)).toEqual({ problem: 'A whole number from 1 to 30' });
  expect(readNumber('', shape, true)).toEqual({ value: undefined });
  expect(readNumber('', { ...shape, nullable: true }, false)).toEqual({ value: null });
});

test('a new entry begins with what its schema requires', () => {
  const price = {
    kind: 'object',
    fields: [
      { name: 'input', required: true, shape: { kind: 'number', whole: false, min: 0 } },
      { name: 'note', required: false, shape: { kind: 'text' } },
    ],
  } as const;
  expect(emptyOf(price)).toEqual({ input: 0 });
  expect(emptyOf({ kind: 'record', of: price })).toEqual({});
  expect(fieldLabel('softUsd')).toBe('Soft usd');
});

test('what is searched for has to have every word, titles come first', () => {
  const entry = (key: string, title: string, text: string) => ({ key, title, section: 'Agents', place: key, text });
  const entries = [entry('a_key', 'Other', 'says font'), entry('b', 'Font size', ''), entry('c', 'Size', 'nothing')];
  expect(searchEntries(entries, 'font').map(({ key }) => key)).toEqual(['b', 'a_key']);
  expect(searchEntries(entries, 'a key').map(({ key }) => key)).toEqual(['a_key']);
  expect(searchEntries(entries, 'font agents size').map(({ key }) => key)).toEqual(['b']);
  expect(searchEntries(entries, '  ')).toEqual([]);
});
