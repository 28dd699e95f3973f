import type { TestCase } from '@agor/protocol';
import { countOf, placeIn, reportOf, type TestParser, testCase } from './parser.ts';

const VERBOSE = /^(\S+\.py)::(\S.*?) (PASSED|FAILED|SKIPPED|ERROR|XFAIL|XPASS)\b/;
const SHORT = /^(FAILED|ERROR) (\S+\.py)(?:::(.*?))?(?: - (.*))?$/;

/** pytest: with `-v` every test, else what failed. */
export const parsePytest: TestParser = (output) => {
  const summary = /^=+ (.*\b(?:passed|failed|error|errors|skipped|no tests ran)\b.* in [\d.]+s.*?) =+$/m.exec(
    output,
  )?.[1];
  if (summary === undefined && !/^=+ test session starts =+$/m.test(output)) return null;
  const details = failures(output);
  const cases = new Map<string, TestCase>();
  const put = (file: string, path: string, status: TestCase['status'], why = '') => {
    const parts = path.split('::');
    const detail = status === 'failed' ? details.get(parts.join('.')) : undefined;
    const place = detail === undefined ? null : lastPlace(detail, file);
    const message = status === 'failed' ? (detail ?? why) : '';
    cases.set(
      `${file}::${path}`,
      testCase({ name: parts.at(-1) ?? path, suite: parts.slice(0, -1), file, line: place, status, message }),
    );
  };
  for (const row of output.split('\n')) {
    const verbose = VERBOSE.exec(row);
    const short = SHORT.exec(row);
    if (verbose) {
      const [, file = '', path = '', word = ''] = verbose;
      const failed = word === 'FAILED' || word === 'ERROR';
      put(file, path, failed ? 'failed' : word === 'PASSED' || word === 'XPASS' ? 'passed' : 'skipped');
    } else if (short) put(short[2] ?? '', short[3] ?? 'collecting', 'failed', short[4]);
  }
  const counted =
    summary === undefined
      ? {}
      : {
          passed: (countOf(summary, 'passed') ?? 0) + (countOf(summary, 'xpassed') ?? 0),
          failed: (countOf(summary, 'failed') ?? 0) + (countOf(summary, 'errors?') ?? 0),
          skipped: (countOf(summary, 'skipped') ?? 0) + (countOf(summary, 'xfailed') ?? 0),
        };
  return reportOf('pytest', [...cases.values()], counted);
};

/** Where it failed last in that file; pytest prints the innermost frame at the end. */
function lastPlace(detail: string, file: string): number | null {
  const own = detail
    .split('\n')
    .map((row) => placeIn(row))
    .filter((at) => at?.file.endsWith(file));
  return own.at(-1)?.line ?? null;
}

/** What stands below `____ Class.test ____`, by that name. */
function failures(output: string): Map<string, string> {
  const found = new Map<string, string>();
  const body = /^=+ (?:FAILURES|ERRORS) =+$([\s\S]*?)(?=^=+ (?:short test summary|warnings|slowest|\d))/gm;
  for (const [, section = ''] of output.matchAll(body)) {
    const parts = section.split(/^_{3,} (?:ERROR (?:at \w+ of|collecting) )?(.+?) _{3,}$/m);
    for (let at = 1; at < parts.length; at += 2) found.set(parts[at] ?? '', parts[at + 1] ?? '');
  }
  return found;
}
