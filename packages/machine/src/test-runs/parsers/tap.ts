import { placeIn, reportOf, type TestParser, testCase } from './parser.ts';

const RESULT = /^( *)(not ok|ok)\b(?: +\d+)?(?: +-)? *(.*?)(?: +# *(SKIP|TODO)\b.*)?$/i;

/** TAP 13 and 14, with subtests as `node --test` and `tap` write them. What only sums up its subtests is no test. */
export const parseTap: TestParser = (output) => {
  if (!/^TAP version \d+/m.test(output) && !/^(?:not )?ok \d+/m.test(output)) return null;
  if (!/^ *\d+\.\.\d+/m.test(output)) return null;
  const lines = output.split('\n');
  const open: { depth: number; name: string; hasTests: boolean }[] = [];
  const cases = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const subtest = /^( *)# Subtest: (.*)$/.exec(line);
    if (subtest) {
      const depth = subtest[1]?.length ?? 0;
      while ((open.at(-1)?.depth ?? -1) >= depth) open.pop();
      open.push({ depth, name: subtest[2] ?? '', hasTests: false });
      continue;
    }
    const result = RESULT.exec(line);
    if (!result) continue;
    const [, indent = '', ok = '', name = '', directive] = result;
    const details = yamlAfter(lines, at, indent.length);
    at += details.length > 0 ? details.length + 2 : 0;
    while ((open.at(-1)?.depth ?? -1) > indent.length) open.pop();
    const own = open.at(-1)?.depth === indent.length ? open.pop() : undefined;
    const above = open.at(-1);
    if (above) above.hasTests = true;
    if (own?.hasTests) continue;
    const failed = ok.toLowerCase() === 'not ok' && directive?.toUpperCase() !== 'TODO';
    const yaml = details.join('\n');
    const stack = /stack: \|-\n([\s\S]*)/.exec(yaml)?.[1] ?? '';
    const place = failed ? (placeIn(stack) ?? placeIn(/location: '?(.*)/.exec(yaml)?.[1] ?? '')) : null;
    const took = /duration_ms: ([\d.]+)/.exec(yaml)?.[1];
    cases.push(
      testCase({
        name: name || own?.name || `test ${cases.length + 1}`,
        suite: open.map((suite) => suite.name),
        ...(place ?? {}),
        status: directive ? 'skipped' : failed ? 'failed' : 'passed',
        durationMs: took ? Number(took) : null,
        message: failed ? yaml : '',
      }),
    );
  }
  return reportOf('tap', cases);
};

/** The lines between `---` and `...` behind a result. */
function yamlAfter(lines: readonly string[], at: number, indent: number): string[] {
  if (lines[at + 1]?.trim() !== '---') return [];
  const end = lines.findIndex((line, index) => index > at + 1 && line.trim() === '...' && line.length >= indent);
  return end < 0 ? [] : lines.slice(at + 2, end);
}
