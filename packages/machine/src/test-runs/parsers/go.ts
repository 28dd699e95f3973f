import type { TestCase } from '@agor/protocol';
import { z } from 'zod';
import { duration, placeIn, reportOf, type TestParser, testCase } from './parser.ts';

const Line = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  Test: z.string().optional(),
  Output: z.string().optional(),
  Elapsed: z.number().optional(),
});
const STATUS = { pass: 'passed', fail: 'failed', skip: 'skipped' } as const;

/** `go test -json`, and `go test -v` as text. A test that only sums up its subtests is none. */
export const parseGo: TestParser = (output) => fromJson(output) ?? fromText(output);

function fromJson(output: string): ReturnType<TestParser> {
  if (!/^\{.*"Action":"/m.test(output)) return null;
  const said = new Map<string, string>();
  const ended: { pkg: string; test: string; status: TestCase['status']; elapsed: number | undefined }[] = [];
  for (const row of output.split('\n')) {
    const line = row.startsWith('{') ? parsed(row) : null;
    if (!line?.Test || !line.Package) continue;
    const key = `${line.Package} ${line.Test}`;
    const status = STATUS[line.Action as keyof typeof STATUS];
    if (line.Action === 'output' && !/^\s*(?:===|---) /.test(line.Output ?? ''))
      said.set(key, (said.get(key) ?? '') + (line.Output ?? ''));
    else if (status) ended.push({ pkg: line.Package, test: line.Test, status, elapsed: line.Elapsed });
  }
  const leaves = ended.filter(({ pkg, test }) => !ended.some((o) => o.pkg === pkg && o.test.startsWith(`${test}/`)));
  const cases = leaves.map(({ pkg, test, status, elapsed }) =>
    goCase(test, [pkg], status, elapsed === undefined ? null : Math.round(elapsed * 1_000), said.get(`${pkg} ${test}`)),
  );
  return reportOf('go', cases);
}

function fromText(output: string): ReturnType<TestParser> {
  const found = [...output.matchAll(/^ *--- (PASS|FAIL|SKIP): (\S+) \(([\d.]+s)\)\n((?: {4,}(?!---).*\n?)*)/gm)];
  if (found.length === 0) return null;
  const leaves = found.filter(([, , test]) => !found.some(([, , other]) => other?.startsWith(`${test}/`)));
  const cases = leaves.map(([, word = '', test = '', took, said]) =>
    goCase(test, [], STATUS[word.toLowerCase() as keyof typeof STATUS], duration(took), said),
  );
  return reportOf('go', cases);
}

function goCase(
  test: string,
  packages: readonly string[],
  status: TestCase['status'],
  durationMs: number | null,
  said = '',
) {
  const parts = test.split('/');
  const place = status === 'failed' ? placeIn(said) : null;
  const message = status === 'failed' ? said : '';
  return testCase({
    name: parts.at(-1) ?? test,
    suite: [...packages, ...parts.slice(0, -1)],
    ...place,
    status,
    durationMs,
    message,
  });
}

function parsed(row: string): z.infer<typeof Line> | null {
  try {
    return Line.safeParse(JSON.parse(row)).data ?? null;
  } catch {
    return null; // a line that a test printed
  }
}
