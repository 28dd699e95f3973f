import { type FileEntry, ProjectId } from '@agor/protocol';
import { expect, test } from 'vitest';
import { rawUrl, viewerOf } from './file-kind.logic.ts';
import { indentOf, putTogether, takeApart } from './text-shape.logic.ts';
import { type Folder, treeKey, treeRows } from './tree/tree-rows.logic.ts';
import { readTable, sortRows } from './viewers/table.logic.ts';

function entry(path: string, isDir = false): FileEntry {
  return { name: path.slice(path.lastIndexOf('/') + 1), path, isDir, size: 1, ext: '' };
}
const folder = (...entries: FileEntry[]): Folder => ({ entries, left: 0, problem: null });
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
  expect(note({ entries: null, left: 0, problem: null })).toMatchObject([{ text: 'reading…' }]);
  expect(note({ entries: null, left: 0, problem: 'no permission' })).toMatchObject([
    { text: 'no permission', isProblem: true },
  ]);
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

test('a folder with more than is listed says so, and a new name is typed where it will stand', () => {
  const cut = treeRows(new Map([['', { entries: [entry('a.ts')], left: 12_000, problem: null }]]));
  expect(cut.at(-1)).toMatchObject({ kind: 'note', text: '12,000 more are not shown; the search finds them' });
  const naming = treeRows(open, { kind: 'file', parent: 'src' });
  expect(naming.map(({ kind, path }) => `${kind} ${path}`).slice(0, 3)).toEqual([
    'entry src',
    'new src/?new',
    'entry src/lib',
  ]);
});

test.each([
  ['one\ntwo\n', '\n', false],
  ['one\r\ntwo\r\n', '\r\n', false],
  ['\uFEFFone\r\n', '\r\n', true],
  ['one\rtwo', '\r', false],
  ['mixed\r\nends\nhere\r', '\n', false],
  ['', '\n', false],
])('%j is written as it was read', (content, lineEnd, bom) => {
  const { lines, shape } = takeApart(content);
  expect(shape).toEqual({ lineEnd, bom });
  expect(putTogether(lines.join('\n'), shape)).toBe(content);
});

test('a file is indented as it is already', () => {
  expect(indentOf(['a {', '  b {', '    c', '  }', '}'])).toBe('  ');
  expect(indentOf(['def a:', '    b', '    c', 'def d:', '    e'])).toBe('    ');
  expect(indentOf(['a', '\tb', '\t\tc'])).toBe('\t');
  expect(indentOf(['a', 'b', '', ' * c'])).toBeNull();
});

test('a file has the viewer of its name, and an address whatever its name is', () => {
  expect(['a/B.PNG', 'x.pdf', 'x.tsv', 'README.md', 'png'].map(viewerOf)).toEqual([
    'image',
    'pdf',
    'table',
    'markdown',
    'text',
  ]);
  const id = ProjectId.parse('shop');
  expect(rawUrl(id, 'a b/c#1?.png', { version: 's1' })).toBe('/project-file/shop/a%20b/c%231%3F.png?v=s1');
});

test.each([
  ['a,b\n1,2\n', ','],
  ['a;b;c\n"1,5";2;3\n', ';'],
  ['a\tb\n1\t2\n', '\t'],
])('the delimiter of %j is told', (text, delimiter) => {
  expect(readTable(text, 'x.csv').delimiter).toBe(delimiter);
});

test('a table is read with its quotes, and sorted by number, by word, and empty cells last', () => {
  const table = readTable('\uFEFFname,n\n"b, ""x""",10\na,9\nc,\nd,"1,000"\n', 'x.csv');
  expect([table.header, table.rows[0]]).toEqual([
    ['name', 'n'],
    ['b, "x"', '10'],
  ]);
  const names = (rows: readonly (readonly string[])[]) => rows.map(([name]) => name?.[0]).join('');
  expect(names(sortRows(table.rows, { column: 1, down: false }))).toBe('abdc');
  expect(names(sortRows(table.rows, { column: 1, down: true }))).toBe('dbac');
  expect(names(sortRows(table.rows, { column: 0, down: true }))).toBe('dcba');
  expect(readTable('a,b\n"open', 'x.csv').note).toContain('a quote is not closed');
  expect(readTable(`${'a,'.repeat(1_000)}\nb`, 'x.csv').note).toBe('the first 500 of 1,001 columns are shown');
});

test('a hundred thousand rows are read and sorted', () => {
  const text = `id,name\n${Array.from({ length: 100_000 }, (_, at) => `${(at * 7919) % 100_000},n${at}`).join('\n')}`;
  const table = readTable(text, 'x.csv');
  expect(table.rows.length).toBe(100_000);
  expect(sortRows(table.rows, { column: 0, down: false })[99_999]?.[0]).toBe('99999');
});
