import { expect, test } from 'vitest';
import { MAX_PATHS, printedPaths } from './paths.logic.ts';

const paths = (text: string) => printedPaths(text).map(({ path, line, column }) => [path, line, column]);

test.each<[string, [string, number | null, number | null][]]>([
  ['src/a.ts:12:3 - error TS2322', [['src/a.ts', 12, 3]]],
  ['  at run (src/deep/b.test.ts:7:1)', [['src/deep/b.test.ts', 7, 1]]],
  [
    './bin/agor and ../x/y.md',
    [
      ['./bin/agor', null, null],
      ['../x/y.md', null, null],
    ],
  ],
  ['main.c(10,4): warning', [['main.c', 10, 4]]],
  ['  File "/home/you/a.py", line 31, in f', [['/home/you/a.py', 31, null]]],
  ['see README.md.', [['README.md', null, null]]],
  ['modified:   packages/web/src/größe.ts', [['packages/web/src/größe.ts', null, null]]],
  ['~/notes/x.txt:3', [['~/notes/x.txt', 3, null]]],
  ['https://example.com/a/b.ts:3 v1.2.3 12/24 10:30', []],
  ['plain words, nothing more', []],
])('in %j', (text, expected) => {
  expect(paths(text)).toEqual(expected);
});

test('where it stands is told with its line and column', () => {
  expect(printedPaths('in src/a.ts:12:3!')).toEqual([{ start: 3, end: 16, path: 'src/a.ts', line: 12, column: 3 }]);
});

test('a line of many paths, or one without end, costs little', () => {
  expect(printedPaths('a/b '.repeat(5_000))).toHaveLength(MAX_PATHS);
  expect(printedPaths('a'.repeat(1_000_000))).toEqual([]);
  expect(printedPaths('a/'.repeat(500_000)).length).toBeLessThanOrEqual(1);
});
