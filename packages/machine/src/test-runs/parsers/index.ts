import { MAX_TEST_CASES, type TestReport } from '@agor/protocol';
import { parseBun } from './bun.ts';
import { parseCargo } from './cargo.ts';
import { parseGo } from './go.ts';
import { parseJest } from './jest.ts';
import { parseJunit } from './junit.ts';
import { parseNodeSpec } from './node-spec.ts';
import type { TestParser } from './parser.ts';
import { parsePlaywright } from './playwright.ts';
import { parsePytest } from './pytest.ts';
import { parseTap } from './tap.ts';
import { parseVitest } from './vitest.ts';

/** The surest signs first. */
const PARSERS: readonly TestParser[] = [
  parsePlaywright,
  parseVitest,
  parseJest,
  parseBun,
  parsePytest,
  parseCargo,
  parseGo,
  parseNodeSpec,
  parseTap,
];
const NOTHING: TestReport = { reporter: null, totals: { passed: 0, failed: 0, skipped: 0 }, cases: [] };
/** Failures are bounded in all, so that a report fits a message. */
const MAX_MESSAGES_CHARS = 2 * 1024 * 1024;

/** What a run said and wrote, understood. `junit`: the XML files that it wrote. Never throws. */
export function parseTests(output: string, junit: readonly string[]): TestReport {
  const plain = stripEscapes(output);
  const understood = PARSERS.map((parse) => parse(plain)).filter((report) => report !== null);
  const hasTests = ({ cases, totals }: TestReport) => cases.length + totals.passed + totals.failed + totals.skipped > 0;
  return bounded(parseJunit(junit) ?? understood.find(hasTests) ?? understood[0] ?? NOTHING);
}

/** What failed is kept before what passed. */
function bounded(report: TestReport): TestReport {
  const order = (status: string) => (status === 'failed' ? 0 : 1);
  const cases =
    report.cases.length > MAX_TEST_CASES
      ? [...report.cases].sort((a, b) => order(a.status) - order(b.status)).slice(0, MAX_TEST_CASES)
      : report.cases;
  let left = MAX_MESSAGES_CHARS;
  return {
    ...report,
    cases: cases.map((one) => {
      left -= one.message.length;
      return left >= 0 ? one : { ...one, message: one.message.slice(0, 200) };
    }),
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters
const ESCAPES = /\x1b\[[0-9;:?]*[A-Za-z@`]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b./g;
/** Longer lines are cut: no reporter writes them, and patterns must not be slow on them. */
const MAX_LINE_CHARS = 2_000;

/** What a terminal would show in the end: no escape sequences, and of what was written over only the last. */
function stripEscapes(text: string): string {
  const lines = text.replace(ESCAPES, '').replaceAll('\r\n', '\n').split('\n');
  return lines
    .map((line) => line.slice(line.lastIndexOf('\r', line.length - 2) + 1).slice(0, MAX_LINE_CHARS))
    .join('\n');
}
