import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashFiles } from './hash.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agor-hash-'));
  mkdirSync(join(folder, 'src/node_modules'), { recursive: true });
  writeFileSync(join(folder, 'src/a.ts'), 'one');
});
afterEach(() => rmSync(folder, { recursive: true }));

const hash = () => hashFiles(['src', 'missing'], folder);

test('the hash follows contents and names', () => {
  const first = hash();
  expect(first).toMatch(/^[0-9a-f]{16}$/);
  writeFileSync(join(folder, 'src/a.ts'), 'two');
  const second = hash();
  expect(second).not.toBe(first);
  renameSync(join(folder, 'src/a.ts'), join(folder, 'src/b.ts'));
  expect(hash()).not.toBe(second);
});

test('tests, notes and what is installed do not count', () => {
  const first = hash();
  for (const name of ['a.test.ts', 'README.md', 'node_modules/x.js']) writeFileSync(join(folder, 'src', name), 'x');
  expect(hash()).toBe(first);
});
