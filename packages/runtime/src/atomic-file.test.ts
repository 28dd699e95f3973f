import { expect, setDefaultTimeout, test } from 'bun:test';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from './atomic-file.ts';
import { tempDir } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

test('a new file is private, a replaced one keeps its mode, and no temporary file stays', () => {
  using dir = tempDir();
  const path = join(dir.path, 'groups.json');
  writeFileAtomic(path, 'one');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  chmodSync(path, 0o644);
  writeFileAtomic(path, new Uint8Array([0x74, 0x77, 0x6f]));
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(statSync(path).mode & 0o777).toBe(0o644);
  writeFileAtomic(path, 'three', { mode: 0o600 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir.path)).toEqual(['groups.json']);
});

test('a file that the person keeps elsewhere and linked here stays linked', () => {
  using dir = tempDir();
  const real = join(dir.path, 'dotfiles.json');
  const link = join(dir.path, 'groups.json');
  writeFileSync(real, 'old');
  symlinkSync(real, link);
  writeFileAtomic(link, 'new');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(real, 'utf8')).toBe('new');
});

test('when the disk takes no more, the old content stays and the error says why', async () => {
  using dir = tempDir();
  const path = join(dir.path, 'groups.json');
  writeFileSync(path, 'the old content');
  const code = `import { writeFileAtomic } from ${JSON.stringify(join(import.meta.dir, 'atomic-file.ts'))};
    try { writeFileAtomic(${JSON.stringify(path)}, 'x'.repeat(1_000_000)); } catch (error) { console.log(error.code); }`;
  // A size limit on files stands in for the full disk: the write stops half-way, as it does there.
  const limited = Bun.spawn(['sh', '-c', 'trap "" XFSZ; ulimit -f 8; exec "$0" -e "$1"', process.execPath, code], {
    stdout: 'pipe',
  });
  expect((await limited.stdout.text()).trim()).toBe('EFBIG');
  expect(readFileSync(path, 'utf8')).toBe('the old content');
  expect(readdirSync(dir.path)).toEqual(['groups.json']);
});
