import { expect, test } from 'bun:test';
import { wanted } from './patterns.ts';

test.each([
  ['src/a.ts', ['src/a.ts'], ['a.ts', 'src/b.ts'], ['', 'src'], ['lib', 'src/a.ts']],
  ['./src//a.ts', ['src/a.ts'], [], ['src'], []],
  ['*.md', ['a.md'], ['docs/a.md'], [''], ['docs']],
  ['src/**/*.ts', ['src/a.ts', 'src/x/y/a.ts'], ['a.ts'], ['', 'src', 'src/x/y'], ['lib', 'src/node_modules']],
  ['**/*.{ts,tsx}', ['a.ts', 'x/a.tsx'], ['a.js'], ['', 'x/y'], ['.git', 'x/.git/y']],
  ['{src,test/unit}/*.ts', ['src/a.ts', 'test/unit/a.ts'], ['x/a.ts'], ['', 'src', 'test/unit'], []],
  [
    'routes/[slug]/+page.svelte',
    ['routes/[slug]/+page.svelte', 'routes/s/+page.svelte'],
    [],
    ['routes/[slug]'],
    ['routes/xy'],
  ],
  ['**', ['a', 'x/y/a'], [], ['', 'x/y'], ['.git']],
  ['docs/**', ['docs/a', 'docs/x/a'], ['a'], ['', 'docs', 'docs/x'], ['lib']],
  ['dist/*.js', ['dist/a.js'], [], ['dist'], ['dist/dist']],
  ['.git/HEAD', ['.git/HEAD'], [], ['.git'], ['.git/refs']],
])('the pattern %s', (pattern, files, others, folders, otherFolders) => {
  const { matches, mayContain } = wanted({ files: [], patterns: [pattern] });
  expect(files.filter((file) => !matches(file))).toEqual([]);
  expect(others.filter(matches)).toEqual([]);
  expect(folders.filter((folder) => !mayContain(folder))).toEqual([]);
  expect(otherFolders.filter(mayContain)).toEqual([]);
});
