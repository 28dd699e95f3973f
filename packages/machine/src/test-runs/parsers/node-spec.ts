import { duration, placeIn, reportOf, type TestParser, testCase } from './parser.ts';

const MARK = /^( *)(✔|✖|﹣|▶) (.*?)(?: \(([\d.]+(?:ms|s))\))?(?: # (SKIP|TODO).*)?$/;

/** The `spec` reporter of `node --test`. */
export const parseNodeSpec: TestParser = (output) => {
  const summary = /^ℹ tests \d+$/m.exec(output);
  if (!summary) return null;
  const details = failures(output);
  const cases = [];
  const suites: { depth: number; name: string }[] = [];
  for (const line of output.slice(0, summary.index).split('\n')) {
    const match = MARK.exec(line);
    if (!match) continue;
    const [, indent = '', mark, name = '', took, directive] = match;
    while ((suites.at(-1)?.depth ?? -1) > indent.length) suites.pop();
    if (suites.at(-1)?.depth === indent.length) {
      const ended = suites.pop();
      if (mark !== '▶' && ended?.name === name) continue; // a suite's own end
    }
    if (mark === '▶') {
      suites.push({ depth: indent.length, name });
      continue;
    }
    const status = directive || mark === '﹣' ? 'skipped' : mark === '✖' ? 'failed' : 'passed';
    const detail = status === 'failed' ? details.get(name) : undefined;
    const suite = suites.map((one) => one.name);
    cases.push(testCase({ name, suite, status, durationMs: duration(took), ...detail }));
  }
  return reportOf('node', cases);
};

/** What stands behind "failing tests:", by the test's name. */
function failures(output: string): Map<string, { file?: string; line?: number; message: string }> {
  const all = output.split(/^✖ failing tests:$/m)[1] ?? '';
  const found = new Map<string, { file?: string; line?: number; message: string }>();
  for (const part of all.split(/^test at /m).slice(1)) {
    const [head = '', title = '', ...rest] = part.split('\n');
    const name = /^✖ (.*?)(?: \([\d.]+(?:ms|s)\))?$/.exec(title)?.[1];
    const message = rest.join('\n');
    if (name !== undefined) found.set(name, { ...(placeIn(message) ?? placeIn(head)), message });
  }
  return found;
}
