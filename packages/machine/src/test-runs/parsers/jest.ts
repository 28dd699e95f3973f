import type { TestCase } from '@agor/protocol';
import { countOf, duration, placeIn, reportOf, type TestParser, testCase } from './parser.ts';

const MARK = /^( +)(✓|✕|○|✎) (?:(?:skipped|todo) )?(.*?)(?: \(([\d.]+ ?m?s)\))?$/;

/** Jest's default and verbose reporters. Files that passed are named without their tests when there are many. */
export const parseJest: TestParser = (output) => {
  const summary = /^Tests: +(.*total)$/m.exec(output)?.[1];
  if (summary === undefined) return null;
  const details = failures(output);
  const cases: TestCase[] = [];
  const suites: { depth: number; name: string }[] = [];
  let file: string | null = null;
  for (const row of output.split('\n')) {
    const heading = /^(?:PASS|FAIL) +(?:\S+ +)??(\S+\.\w+)/.exec(row);
    const mark = MARK.exec(row);
    const depth = row.length - row.trimStart().length;
    if (heading) {
      file = heading[1] ?? null;
      suites.length = 0;
    } else if (mark) {
      const [, indent = '', sign, name = '', took] = mark;
      while ((suites.at(-1)?.depth ?? -1) >= indent.length) suites.pop();
      const suite = suites.map((one) => one.name);
      const status = sign === '✓' ? 'passed' : sign === '✕' ? 'failed' : 'skipped';
      const detail = status === 'failed' ? details.get([...suite, name].join(' › ')) : undefined;
      const line = detail?.place && file && detail.place.file.endsWith(file) ? detail.place.line : null;
      const durationMs = duration(took?.replace(' ', ''));
      cases.push(testCase({ name, suite, file, line, status, durationMs, message: detail?.message }));
    } else if (/^ *● /.test(row)) suites.length = 0;
    else if (depth >= 2 && row.trim() !== '') {
      while ((suites.at(-1)?.depth ?? -1) >= depth) suites.pop();
      suites.push({ depth, name: row.trim() });
    }
  }
  const counted = {
    passed: countOf(summary, 'passed') ?? 0,
    failed: countOf(summary, 'failed') ?? 0,
    skipped: (countOf(summary, 'skipped') ?? 0) + (countOf(summary, 'todo') ?? 0),
  };
  return reportOf('jest', cases, counted);
};

function failures(output: string): Map<string, { place: ReturnType<typeof placeIn>; message: string }> {
  const found = new Map<string, { place: ReturnType<typeof placeIn>; message: string }>();
  for (const part of output.split(/^ {2}● /m).slice(1)) {
    const [path = '', ...rest] = part.split('\n');
    const message = rest.join('\n').split(/^(?:PASS|FAIL|Test Suites:|Summary of all)/m)[0] ?? '';
    const stack = message.slice(Math.max(0, message.search(/^ +at /m)));
    if (!found.has(path.trim())) found.set(path.trim(), { place: placeIn(stack), message });
  }
  return found;
}
