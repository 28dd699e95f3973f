import { expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { lineDiff } from './line-diff.ts';

test('a changed line is shown with three lines around it', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\n';
  expect(lineDiff('x', before, before.replace('e', 'E'))).toEqual({
    path: 'x',
    patch: '@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
    added: 1,
    removed: 1,
    change: 'update',
  });
});

test('a new file is all added', () => {
  expect(lineDiff('x', null, 'a\nb\n')).toMatchObject({ patch: '@@ -0,0 +1,2 @@\n+a\n+b\n', added: 2, change: 'add' });
});

test('no change is no diff', () => {
  expect(lineDiff('x', 'a\n', 'a\n')).toBeNull();
});

test('git applies every patch and gets the new text', () => {
  const dir = mkdtempSync(join(tmpdir(), 'agor-diff-test-'));
  try {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 });
    const text = lines.map((each) => `${each.join('\n')}\n`);
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = lineDiff('f', before, after);
        if (!diff) return expect(after).toBe(before);
        writeFileSync(join(dir, 'f'), before);
        const patch = `--- a/f\n+++ b/f\n${diff.patch}`;
        const git = Bun.spawnSync(['git', 'apply', '--unidiff-zero', '--whitespace=nowarn', '-'], {
          cwd: dir,
          stdin: Buffer.from(patch),
        });
        expect(git.stderr.toString()).toBe('');
        expect(readFileSync(join(dir, 'f'), 'utf8')).toBe(after);
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
