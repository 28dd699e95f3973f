import { expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { explain } from './failure.ts';

test('a folder that cannot be written is told with its path and without a stack', () => {
  const readOnly = Object.assign(new Error("EROFS: read-only file system, open '/data/hub.log'"), { code: 'EROFS' });
  expect(explain(readOnly)).toEqual({
    message: "EROFS: read-only file system, open '/data/hub.log'. Check the disk, and who may write there.",
    exitCode: 1,
  });
});

test('a mistake of ours shows where it was made', () => {
  const mistake = (): unknown => {
    try {
      writeFileSync('/nowhere/at/all', '');
    } catch (error) {
      return error;
    }
    return null;
  };
  expect(explain(mistake()).message).toContain('failure.test.ts');
  expect(explain(new TypeError('x')).message).toContain('failure.test.ts');
});
