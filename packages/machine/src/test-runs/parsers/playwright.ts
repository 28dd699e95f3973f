import { countOf, duration, placeIn, reportOf, type TestParser, testCase } from './parser.ts';

const MARK =
  /^ +(✓|✘|ok|x|-|±) +\d+ (?:\[(.+?)\] › )?(\S+?):(\d+):\d+ › (.*?)(?: \(retry #\d+\))?(?: \(([\d.]+(?:ms|s|m))\))?$/;

/** Playwright's reporters `list` and, for what failed, `line` and `dot`. */
export const parsePlaywright: TestParser = (output) => {
  if (!/^Running \d+ tests? using \d+ workers?/m.test(output)) return null;
  const details = failures(output);
  const cases = new Map<string, ReturnType<typeof testCase>>();
  for (const row of output.split('\n')) {
    const match = MARK.exec(row);
    if (!match) continue;
    const [, mark = '', browser, file = '', line, path = '', took] = match;
    const key = `${browser ? `[${browser}] › ` : ''}${file}:${line}`;
    const detail = details.get(key);
    const parts = path.split(' › ');
    const failed = mark === '✘' || mark === 'x';
    const at = { file, line: (failed && detail?.line) || Number(line) };
    const suite = [...(browser ? [browser] : []), ...parts.slice(0, -1)];
    const status = failed ? 'failed' : mark === '-' ? 'skipped' : 'passed';
    const message = failed ? detail?.message : undefined;
    // Tried again: the last try counts.
    cases.set(
      `${key} ${path}`,
      testCase({ name: parts.at(-1) ?? path, suite, ...at, status, durationMs: duration(took), message }),
    );
  }
  const total = (word: string) => {
    const line = new RegExp(`^ +\\d+ ${word}\\b.*$`, 'm').exec(output)?.[0];
    return line === undefined ? undefined : countOf(line, word);
  };
  const counted = { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
  return reportOf('playwright', [...cases.values()], counted);
};

/** What stands below `1) [browser] › file:line:column › …`, by `[browser] › file:line`. */
function failures(output: string): Map<string, { line: number | undefined; message: string }> {
  const found = new Map<string, { line: number | undefined; message: string }>();
  for (const part of output.split(/^ {2}\d+\) /m).slice(1)) {
    const [title = '', ...rest] = part.split('\n');
    const key = /^((?:\[.+?\] › )?\S+?:\d+):\d+ /.exec(title)?.[1];
    const message = rest.join('\n').split(/^ {2}\d+ (?:failed|flaky|skipped|passed|did not run)/m)[0] ?? '';
    const file = key?.replace(/^\[.*\] › /, '').replace(/:\d+$/, '') ?? '';
    const place = [...message.matchAll(/^ +at (.*)$/gm)]
      .map(([, at = '']) => placeIn(at))
      .find((at) => at?.file.endsWith(file));
    if (key !== undefined && !found.has(key)) found.set(key, { line: place?.line, message });
  }
  return found;
}
