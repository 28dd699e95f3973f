import { countOf, duration, placeIn, reportOf, type TestParser, testCase } from './parser.ts';

const MARK = /^(✓|✗|»|✎|\((?:pass|fail|skip|todo)\))\s+(.*?)(?:\s+\[([\d.]+(?:µs|ms|s))\])?$/;

/** `bun test`: what went wrong is printed before the line of the test that failed. */
export const parseBun: TestParser = (output) => {
  if (!/^bun test v\d/m.test(output) && !/^Ran \d+ tests? across \d+ files?\./m.test(output)) return null;
  const cases = [];
  let file: string | null = null;
  let before: string[] = [];
  for (const line of output.split('\n')) {
    const heading = /^(\S.*\.[cm]?[jt]sx?):$/.exec(line);
    const marked = MARK.exec(line);
    if (heading) [file, before] = [heading[1] ?? null, []];
    else if (!marked) before.push(line);
    else {
      const [, mark = '', path = '', took] = marked;
      const parts = path.split(' > ');
      const failed = /✗|fail/.test(mark);
      const message = failed ? before.join('\n') : '';
      const place = failed ? placeIn(message.slice(Math.max(0, message.lastIndexOf('\n      at ')))) : null;
      cases.push(
        testCase({
          name: parts.at(-1) ?? path,
          suite: parts.slice(0, -1),
          file: file ?? place?.file ?? null,
          line: place && (file === null || place.file.endsWith(file)) ? place.line : null,
          status: failed ? 'failed' : /✓|pass/.test(mark) ? 'passed' : 'skipped',
          durationMs: duration(took),
          message,
        }),
      );
      before = [];
    }
  }
  const total = (word: string) => {
    const line = new RegExp(`^\\s*\\d+ ${word}$`, 'm').exec(output)?.[0];
    return line === undefined ? undefined : countOf(line, word);
  };
  return reportOf('bun', cases, { passed: total('pass'), failed: total('fail') });
};
