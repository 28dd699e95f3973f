import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bunTest, oneCheck, playwright, vitest } from './counts.mjs';

const folder = mkdtempSync(join(tmpdir(), 'agor-counts-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a real `bun test` over one file. */
function runBun(source: string) {
  const file = join(folder, `${crypto.randomUUID()}.test.ts`);
  writeFileSync(file, `import { expect, test } from 'bun:test';\n${source}`);
  const run = Bun.spawnSync([process.execPath, 'test', file], {
    cwd: folder,
    stderr: 'pipe',
    env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1' },
  });
  return { output: `${run.stdout}${run.stderr}`, ok: run.exitCode === 0, report: '' };
}

function report(json: unknown, ok: boolean) {
  const path = join(folder, `${crypto.randomUUID()}.json`);
  writeFileSync(path, JSON.stringify(json));
  return { output: '', ok, report: path };
}

test('a check counts as one', () => {
  expect(oneCheck({ output: '', ok: true, report: '' })).toMatchObject({ passed: 1, failed: 0 });
  expect(oneCheck({ output: '', ok: false, report: '' })).toMatchObject({ passed: 0, failed: 1 });
});

test('what bun test says is counted, and a skip keeps the reason in its name', () => {
  const source = `test('one', () => {});
test('two', () => {});
test.skip('walks (needs legs)', () => {});
test.skip('flies', () => {});`;
  const counts = bunTest(runBun(source));
  expect(counts).toMatchObject({ passed: 2, failed: 0 });
  expect(counts.skips).toEqual([
    { name: 'walks (needs legs)', reason: 'needs legs' },
    { name: 'flies', reason: expect.stringContaining('no reason given') },
  ]);
});

test('a failed bun test is counted', () => {
  expect(bunTest(runBun(`test('one', () => {});\ntest('two', () => expect(1).toBe(2));`))).toMatchObject({
    passed: 1,
    failed: 1,
    failures: ['two'],
  });
});

test('a bun test that dies without counts is one failure', () => {
  expect(bunTest(runBun(`test('one', () => process.kill(process.pid, 'SIGKILL'));`))).toMatchObject({ failed: 1 });
  expect(bunTest(runBun(`throw new Error('at load');`)).failed).toBeGreaterThan(0);
});

test('vitest: tests, skips and files that could not be loaded', () => {
  const test = (status: string, fullName: string) => ({ status, fullName });
  const testResults = [
    { status: 'passed', assertionResults: [test('passed', 'a'), test('skipped', 'b (needs a GPU)')] },
    { status: 'failed', assertionResults: [test('failed', 'c')] },
    { status: 'failed', name: 'broken.test.ts', assertionResults: [] },
  ];
  expect(vitest(report({ testResults }, false))).toEqual({
    passed: 1,
    failed: 2,
    skips: [{ name: 'b (needs a GPU)', reason: 'needs a GPU' }],
    failures: ['c', 'broken.test.ts'],
  });
  expect(vitest({ output: '', ok: false, report: join(folder, 'missing.json') })).toMatchObject({ failed: 1 });
});

test('playwright: a test that needed a second try counts as failed', () => {
  const spec = (title: string, status: string, annotations: object[] = []) => ({
    title,
    tests: [{ status, annotations }],
  });
  const inner = {
    title: 'inner',
    specs: [spec('b', 'flaky'), spec('c', 'skipped', [{ type: 'skip', description: 'no display' }])],
  };
  const suites = [{ title: 'outer', specs: [spec('a', 'expected')], suites: [inner] }];
  expect(playwright(report({ suites }, true))).toEqual({
    passed: 1,
    failed: 1,
    skips: [{ name: 'inner › c', reason: 'no display' }],
    failures: ['inner › b'],
  });
});
