import { MAX_TEST_MESSAGE_CHARS, type TestCase, type TestReport, type TestStatus } from '@agor/protocol';

/** Reads what a reporter printed, without escape sequences. Null: it is none of this one's. Never throws. */
export type TestParser = (output: string) => TestReport | null;

export interface Found {
  readonly name: string;
  readonly suite?: readonly string[] | undefined;
  readonly file?: string | null | undefined;
  readonly line?: number | null | undefined;
  readonly status: TestStatus;
  readonly durationMs?: number | null | undefined;
  readonly message?: string | undefined;
}

export function testCase({
  name,
  suite = [],
  file = null,
  line = null,
  status,
  durationMs = null,
  message = '',
}: Found): TestCase {
  return { name, suite: [...suite], file, line: line || null, status, durationMs, message: shorten(message) };
}

/** Of a longer message, the beginning and the end. */
function shorten(message: string): string {
  const text = dedent(message);
  if (text.length <= MAX_TEST_MESSAGE_CHARS) return text;
  const half = Math.floor(MAX_TEST_MESSAGE_CHARS / 2) - 2;
  return `${text.slice(0, half)}\n…\n${text.slice(-half)}`;
}

function dedent(text: string): string {
  const lines = text
    .replace(/\s+$/, '')
    .replace(/^(?:[ \t]*\n)+/, '')
    .split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const least = indents.length > 0 ? Math.min(...indents) : 0;
  return lines.map((line) => line.slice(least)).join('\n');
}

/** The report over these tests; what the reporter counted is stronger than what it named. */
export function reportOf(
  reporter: string,
  cases: readonly TestCase[],
  counted: Partial<Record<TestStatus, number>> = {},
): TestReport {
  const count = (status: TestStatus) => counted[status] ?? cases.filter((one) => one.status === status).length;
  return {
    reporter,
    totals: { passed: count('passed'), failed: count('failed'), skipped: count('skipped') },
    cases: [...cases],
  };
}

/** The time that a reporter wrote, such as `3ms`, `1.20s` or `2m`; in ms. */
export function duration(text: string | undefined): number | null {
  const match = /^([\d.]+)\s*(µs|ms|s|m)$/.exec(text?.trim() ?? '');
  if (!match) return null;
  const factor = { µs: 0.001, ms: 1, s: 1_000, m: 60_000 }[match[2] as 'ms'] ?? 1;
  return Math.round(Number(match[1]) * factor * 1_000) / 1_000;
}

/** The first place `file:line` in a text; what lies in libraries and in the runtime is passed over. */
export function placeIn(text: string): { readonly file: string; readonly line: number } | null {
  for (const [word] of text.matchAll(/[^\s()'"`<>[\],]+/g)) {
    const match = word.length <= MAX_PATH_CHARS ? PLACE.exec(word) : null;
    if (match?.[1] && !/node_modules|^node:|^\/?rustc\//.test(match[1]))
      return { file: match[1], line: Number(match[2]) };
  }
  return null;
}
const PLACE = /^(?:file:\/\/)?(.+\.[A-Za-z]{1,5}):(\d{1,7})(?::\d+)?[:.]?$/;
const MAX_PATH_CHARS = 500;

/** A number that stands before a word, such as `3 passed`. */
export function countOf(line: string, word: string): number | undefined {
  const match = new RegExp(`(\\d+) ${word}\\b`).exec(line);
  return match ? Number(match[1]) : undefined;
}
