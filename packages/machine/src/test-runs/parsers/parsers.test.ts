import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestReport } from '@agor/protocol';
import { parseTests } from './index.ts';

const sample = (name: string) => readFileSync(join(import.meta.dir, 'samples', name), 'utf8');
/** A report in lines: status, place, path. */
function told({ reporter, totals, cases }: TestReport): string[] {
  return [
    `${reporter} ${totals.passed}/${totals.failed}/${totals.skipped}`,
    ...cases.map(
      ({ status, file, line, suite, name }) =>
        `${status} ${file ?? '-'}:${line ?? '-'} ${[...suite, name].join(' > ')}`,
    ),
  ];
}
const failure = (report: TestReport) => report.cases.find(({ status }) => status === 'failed')?.message ?? '';

const goldens: Record<string, { lines: string[]; says: string }> = {
  'bun.txt': {
    lines: [
      'bun 1/2/1',
      'passed sum.test.ts:- sum > adds',
      'failed sum.test.ts:5 sum > carries',
      'skipped sum.test.ts:- sum > later',
      'failed sum.test.ts:9 alone',
    ],
    says: 'Received: 2',
  },
  'vitest.txt': {
    lines: [
      'vitest 2/1/2',
      'passed sum.test.ts:- sum > adds',
      'failed sum.test.ts:5 sum > carries',
      'skipped sum.test.ts:- sum > later',
    ],
    says: 'expected 2 to be 3',
  },
  'vitest-verbose.txt': {
    lines: [
      'vitest 2/1/2',
      'passed sum.test.ts:- sum > adds',
      'failed sum.test.ts:5 sum > carries',
      'skipped sum.test.ts:- sum > later',
      'passed other.test.ts:- sum > adds',
      'skipped other.test.ts:- sum > later',
    ],
    says: 'expected 2 to be 3',
  },
  'node-spec.txt': {
    lines: [
      'node 1/1/1',
      'passed -:- sum > adds',
      'failed /home/you/code/nod/sum.test.mjs:6 sum > carries',
      'skipped -:- sum > later',
    ],
    says: '2 == 3',
  },
  'node-tap.txt': {
    lines: [
      'tap 1/1/1',
      'passed -:- sum > adds',
      'failed /home/you/code/nod/sum.test.mjs:6 sum > carries',
      'skipped -:- sum > later',
    ],
    says: "error: '2 == 3'",
  },
  'playwright.txt': {
    lines: [
      'playwright 1/1/1',
      'passed sum.spec.ts:3 sum > adds',
      'failed sum.spec.ts:5 sum > carries',
      'skipped sum.spec.ts:7 sum > later',
    ],
    says: 'Received: 2',
  },
  'pytest.txt': { lines: ['pytest 1/1/1', 'failed test_sum.py:6 TestSum > test_carries'], says: 'assert (1 + 1) == 3' },
  'pytest-verbose.txt': {
    lines: [
      'pytest 1/1/1',
      'passed test_sum.py:- test_adds',
      'failed test_sum.py:6 TestSum > test_carries',
      'skipped test_sum.py:- test_later',
    ],
    says: 'assert (1 + 1) == 3',
  },
  'cargo.txt': {
    lines: [
      'cargo 1/1/1',
      'passed -:- tests > adds',
      'skipped -:- tests > later',
      'failed src/lib.rs:6 tests > carries',
    ],
    says: 'right: 3',
  },
  'go-json.txt': {
    lines: [
      'go 1/1/1',
      'passed -:- example.com/sum > TestAdds',
      'failed sum_test.go:12 example.com/sum > TestSum > carries',
      'skipped -:- example.com/sum > TestLater',
    ],
    says: 'got 2, want 3',
  },
  'jest.txt': {
    lines: [
      'jest 2/1/1',
      'passed src/sum.test.js:- sum > adds',
      'failed src/sum.test.js:4 sum > carries',
      'skipped src/sum.test.js:- sum > later',
    ],
    says: 'Received: 2',
  },
};
goldens['bun-plain.txt'] = goldens['bun.txt'] as (typeof goldens)[string];

for (const [name, { lines, says }] of Object.entries(goldens)) {
  test(`what ${name} tells is understood`, () => {
    const report = parseTests(sample(name), []);
    expect(told(report)).toEqual(lines);
    expect(failure(report)).toContain(says);
    expect(failure(report)).not.toContain('\x1b');
  });
}

test('JUnit files are surer than what is printed', () => {
  const report = parseTests(sample('bun.txt'), [sample('junit.xml')]);
  expect(told(report)).toEqual([
    'junit 2/1/2',
    'passed other.test.ts:- sum > adds',
    'skipped other.test.ts:- sum > later',
    'passed sum.test.ts:- sum > adds',
    'failed sum.test.ts:5 sum > carries',
    'skipped sum.test.ts:- sum > later',
  ]);
  expect(failure(report)).toStartWith('AssertionError: expected 2 to be 3');
});

test('JUnit of other programs: entities, CDATA, attributes in single quotes', () => {
  const xml = `<testsuite name='a.B'><testcase classname='a.B' name='x &lt; y' time='1.5'>
    <error message='is &quot;wrong&quot;' type='E'><![CDATA[at <b> src/B.java:7]]></error></testcase></testsuite>`;
  const [found] = parseTests('', [xml]).cases;
  expect(found).toMatchObject({ name: 'x < y', suite: ['a.B'], file: 'src/B.java', line: 7, durationMs: 1500 });
  expect(found?.message).toBe('is "wrong"\nat <b> src/B.java:7');
});

test('flat TAP, and what is to be done, which fails nothing', () => {
  const report = parseTests('TAP version 13\n1..3\nok 1 - a\nnot ok 2 - b\nnot ok 3 - c # TODO later\n', []);
  expect(told(report)).toEqual(['tap 1/1/1', 'passed -:- a', 'failed -:- b', 'skipped -:- c']);
});

test('go test -v as text', () => {
  const text =
    '=== RUN   TestA\n--- PASS: TestA (0.01s)\n=== RUN   TestB\n    b_test.go:9: wrong\n--- FAIL: TestB (0.00s)\n    b_test.go:9: wrong\nFAIL\n';
  expect(told(parseTests(text, []))).toEqual(['go 1/1/0', 'passed -:- TestA', 'failed b_test.go:9 TestB']);
});

test('what no reporter wrote is not understood, and nothing is made up', () => {
  for (const text of ['', 'make: *** [test] Error 2\n', '3 passed the exam, 1 failed\n'])
    expect(parseTests(text, [])).toEqual({ reporter: null, totals: { passed: 0, failed: 0, skipped: 0 }, cases: [] });
});

test('a large report keeps what failed, and hostile lines take no longer', () => {
  const many = Array.from({ length: 6_000 }, (_, at) => `${at < 5_990 ? 'ok' : 'not ok'} ${at + 1} - t${at}`).join(
    '\n',
  );
  const report = parseTests(`TAP version 13\n${many}\n1..6000\n`, []);
  expect(report.cases.length).toBe(5_000);
  expect(report.cases.filter(({ status }) => status === 'failed').length).toBe(10);
  for (const part of ['(', ' > ', '✓ ', 'a.', '<testcase ', '    ', '::', '"', '\\'])
    expect(parseTests(part.repeat(20_000), [part.repeat(20_000)]).cases.length).toBeLessThan(5_001);
});
