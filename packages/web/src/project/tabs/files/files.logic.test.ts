import type { FileEntry } from '@agor/protocol';
import { expect, test } from 'vitest';
import { MAX_LINE_CHARS, MAX_LINES, textLines } from './text-lines.logic.ts';
import { type Folder, treeKey, treeRows } from './tree-rows.logic.ts';

function entry(path: string, isDir = false): FileEntry {
  return { name: path.slice(path.lastIndexOf('/') + 1), path, isDir, size: 1, ext: '' };
}
const folder = (...entries: FileEntry[]): Folder => ({ entries, problem: null });
const open = new Map<string, Folder>([
  ['', folder(entry('src', true), entry('README.md'))],
  ['src', folder(entry('src/lib', true), entry('src/a.ts'))],
  ['src/lib', folder()],
]);
const rows = treeRows(open);

test('open folders show what is in them, below them', () => {
  expect(rows.map(({ path, depth }) => `${depth} ${path}`)).toEqual([
    '0 src',
    '1 src/lib',
    '2 src/lib/',
    '1 src/a.ts',
    '0 README.md',
  ]);
});

test('a folder that is empty, unread or closed to us says so', () => {
  const note = (state: Folder) => treeRows(new Map([['', state]]));
  expect(note(folder())).toMatchObject([{ kind: 'note', text: 'empty', isProblem: false }]);
  expect(note({ entries: null, problem: null })).toMatchObject([{ text: 'reading…' }]);
  expect(note({ entries: null, problem: 'no permission' })).toMatchObject([{ text: 'no permission', isProblem: true }]);
});

test('the arrow keys go through the tree as trees are gone through', () => {
  expect(treeKey(rows, null, 'ArrowDown')).toEqual({ cursor: 'src' });
  expect(treeKey(rows, 'src/lib', 'ArrowDown')).toEqual({ cursor: 'src/a.ts' });
  expect(treeKey(rows, 'src', 'ArrowUp')).toEqual({ cursor: 'src' });
  expect(treeKey(rows, 'src', 'End')).toEqual({ cursor: 'README.md' });
  expect(treeKey(rows, 'src', 'ArrowRight')).toEqual({ cursor: 'src/lib' });
  expect(treeKey(rows, 'src', 'ArrowLeft')).toEqual({ close: 'src' });
  expect(treeKey(rows, 'src/a.ts', 'ArrowLeft')).toEqual({ cursor: 'src' });
  expect(treeKey(rows, 'src/a.ts', 'Enter')).toEqual({ choose: 'src/a.ts' });
  expect(treeKey(rows, 'README.md', 'ArrowRight')).toBeNull();
  expect(treeKey(treeRows(new Map([['', folder(entry('src', true))]])), 'src', 'ArrowRight')).toEqual({ open: 'src' });
});

test('a final line break begins no line, and the breaks of other systems count', () => {
  expect(textLines('a\r\nb\rc\n')).toEqual({ lines: ['a', 'b', 'c'], left: null });
  expect(textLines('a\n\n').lines).toEqual(['a', '']);
});

test('what is left out of a huge file is said', () => {
  const many = textLines('x\n'.repeat(MAX_LINES + 5));
  expect([many.lines.length, many.left]).toEqual([MAX_LINES, 'the first 500,000 of 500,005 lines are shown']);
  const long = textLines('y'.repeat(MAX_LINE_CHARS + 3));
  expect(long.lines[0]).toMatch(/y … 3 more characters$/);
  expect(long.left).toBe('one line is cut at 10,000 characters');
});
