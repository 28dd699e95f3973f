import type { TestCase } from '@agor/protocol';
import { countOf, duration, placeIn, reportOf, type TestParser, testCase } from './parser.ts';

const SIGN = { '✓': 'passed', '×': 'failed', '↓': 'skipped' } as const;
const FLAT = /^ *([✓×↓]) +(?:\|[^|]+\| )?(\S+\.\w+)((?: > .+?)+?)(?: +([\d.]+m?s))?$/;
const FILE = /^ *[❯✓↓] +(?:\|[^|]+\| )?(\S+\.\w+) \(\d+ tests?\b/;
const TREE = /^( {3,})([✓×↓❯]) (.*?)(?: +([\d.]+m?s)| \(\d+\))?$/;

/** Vitest's reporters `default`, `tree` and `verbose`. The default one names only the tests of files in which something failed. */
export const parseVitest: TestParser = (output) => {
  const summary = /^ +Tests +(.*)$/m.exec(output)?.[1];
  if (summary === undefined && !/^ RUN +v\d/m.test(output)) return null;
  const details = failures(output);
  const cases: TestCase[] = [];
  const suites: { depth: number; name: string }[] = [];
  let file: string | null = null;
  const put = (sign: string, at: string | null, path: readonly string[], took: string | undefined) => {
    const status = SIGN[sign as keyof typeof SIGN];
    const detail = details.get([at, ...path].join(' > '));
    const name = path.at(-1) ?? '';
    const line = status === 'failed' ? detail?.line : undefined;
    const message = status === 'failed' ? detail?.message : undefined;
    cases.push(
      testCase({ name, suite: path.slice(0, -1), file: at, line, status, durationMs: duration(took), message }),
    );
  };
  for (const row of (output.split(/^.*Failed Tests \d+/m)[0] ?? '').split('\n')) {
    const heading = FILE.exec(row);
    const flat = FLAT.exec(row);
    const tree = TREE.exec(row);
    if (heading) {
      file = heading[1] ?? null;
      suites.length = 0;
    } else if (flat) put(flat[1] ?? '', flat[2] ?? null, (flat[3] ?? '').slice(3).split(' > '), flat[4]);
    else if (tree && file !== null) {
      const [, indent = '', sign = '', name = '', took] = tree;
      while ((suites.at(-1)?.depth ?? -1) >= indent.length) suites.pop();
      if (sign === '❯') suites.push({ depth: indent.length, name });
      else put(sign, file, [...suites.map((one) => one.name), ...name.split(' > ')], took);
    }
  }
  const counted = summary === undefined ? {} : countsIn(summary);
  return reportOf('vitest', cases, counted);
};

const countsIn = (summary: string) => ({
  passed: countOf(summary, 'passed') ?? 0,
  failed: countOf(summary, 'failed') ?? 0,
  skipped: (countOf(summary, 'skipped') ?? 0) + (countOf(summary, 'todo') ?? 0),
});

/** What stands below `FAIL  file > suite > name`, by that path. */
function failures(output: string): Map<string, { line?: number; message: string }> {
  const found = new Map<string, { line?: number; message: string }>();
  const parts = output.split(/^ FAIL +(?:\|[^|]+\| )?/m).slice(1);
  for (const part of parts) {
    const [path = '', ...rest] = part.split('\n');
    const message = rest.join('\n').split(/^⎯{3,}/m)[0] ?? '';
    const file = path.split(' > ')[0] ?? '';
    const frame = /^ ❯ (.*)$/gm;
    const own = [...message.matchAll(frame)]
      .map(([, place = '']) => placeIn(place))
      .find((at) => at?.file.endsWith(file));
    found.set(path.trim(), { ...(own ? { line: own.line } : {}), message });
  }
  return found;
}
