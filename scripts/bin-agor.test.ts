import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A clone with the real bin/agor, and a Bun that only says how it was called. */
let clone: string;

beforeEach(() => {
  clone = realpathSync(mkdtempSync(join(tmpdir(), 'agor bin-')));
  for (const folder of ['bin', 'dist/abc', 'tools', 'scripts', 'node_modules/.bin']) {
    mkdirSync(join(clone, folder), { recursive: true });
  }
  copyFileSync(join(import.meta.dir, '../bin/agor'), join(clone, 'bin/agor'));
  writeFileSync(join(clone, 'tools/bun'), `#!/bin/sh\nprintf '%s\\n' "$PWD" "$@"\nexit 7\n`);
  chmodSync(join(clone, 'tools/bun'), 0o755);
});
afterEach(() => rmSync(clone, { recursive: true }));

function build() {
  writeFileSync(join(clone, 'dist/abc/agor.js'), '');
  writeFileSync(join(clone, 'dist/current'), 'abc\ntools/bun\n');
}

function run(program: string, args: string[], cwd = clone) {
  const { stdout, stderr, exitCode } = Bun.spawnSync([program, ...args], { cwd, stderr: 'pipe' });
  const [folder, ...command] = stdout.toString().split('\n').slice(0, -1);
  return { folder, command, stderr: stderr.toString(), exitCode };
}

test('it runs the newest build in the caller’s folder, with its arguments and exit code', () => {
  build();
  const { folder, command, exitCode } = run(join(clone, 'bin/agor'), ['run', 'two words', ''], tmpdir());
  expect(folder).toBe(realpathSync(tmpdir()));
  expect(command.slice(-4)).toEqual([join(clone, 'dist/abc/agor.js'), 'run', 'two words', '']);
  expect(exitCode).toBe(7);
});

test('it finds its clone through symbolic links', () => {
  build();
  symlinkSync(join(clone, 'bin'), join(clone, 'node_modules/linked'));
  symlinkSync('../linked/agor', join(clone, 'node_modules/.bin/agor'));
  symlinkSync('node_modules/.bin/agor', join(clone, 'again'));
  for (const path of ['node_modules/.bin/agor', 'again']) {
    expect(run(join(clone, path), []).command).toContain(join(clone, 'dist/abc/agor.js'));
  }
});

test('where nothing is built it builds first, and keeps stdout clean', () => {
  const prepare = `import { writeFileSync } from 'node:fs';
console.log('building');
writeFileSync('${clone}/dist/abc/agor.js', '');
writeFileSync('${clone}/dist/current', 'abc\\ntools/bun\\n');`;
  writeFileSync(join(clone, 'scripts/prepare.mjs'), prepare);
  const { command, stderr } = run(join(clone, 'bin/agor'), ['ps']);
  expect(command.slice(-2)).toEqual([join(clone, 'dist/abc/agor.js'), 'ps']);
  expect(stderr).toBe('building\n');
});

test('a failed build ends it', () => {
  writeFileSync(join(clone, 'scripts/prepare.mjs'), 'process.exit(3);');
  expect(run(join(clone, 'bin/agor'), ['ps'])).toMatchObject({ exitCode: 1, command: [] });
});
