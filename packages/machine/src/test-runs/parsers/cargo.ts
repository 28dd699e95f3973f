import { placeIn, reportOf, type TestParser, testCase } from './parser.ts';

/** `cargo test`, over all the programs that it runs. */
export const parseCargo: TestParser = (output) => {
  if (!/^test result: (?:ok|FAILED)\. \d+ passed/m.test(output)) return null;
  const details = failures(output);
  const cases = [];
  for (const [, path = '', word = ''] of output.matchAll(/^test (\S.*?) \.\.\. (ok|FAILED|ignored)/gm)) {
    const parts = path.split('::');
    const message = word === 'FAILED' ? (details.get(path) ?? '') : '';
    const place = placeIn(/panicked at (?:'.*', )?(.*)/.exec(message)?.[1] ?? '');
    const status = word === 'ok' ? 'passed' : word === 'FAILED' ? 'failed' : 'skipped';
    cases.push(testCase({ name: parts.at(-1) ?? path, suite: parts.slice(0, -1), ...place, status, message }));
  }
  return reportOf('cargo', cases);
};

function failures(output: string): Map<string, string> {
  const parts = output.split(/^---- (.+?) stdout ----$/m);
  const found = new Map<string, string>();
  for (let at = 1; at < parts.length; at += 2)
    found.set(parts[at] ?? '', (parts[at + 1] ?? '').split(/^failures:$/m)[0] ?? '');
  return found;
}
