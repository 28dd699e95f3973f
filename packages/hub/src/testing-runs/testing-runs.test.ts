import { expect, test } from 'bun:test';
import { ProjectId, type TestFrame, type TestOutcome, TestReport } from '@agor/protocol';
import { systemClock } from '@agor/runtime';
import { rerunCommand } from './rerun-command.ts';
import { TestingRuns } from './testing-runs.ts';

const PROJECT = ProjectId.parse('p');
const failing = TestReport.parse({
  reporter: 'vitest',
  totals: { passed: 1, failed: 1, skipped: 0 },
  cases: [
    { name: "can't (yet)", suite: ['sum'], file: 'a.test.ts', line: 3, status: 'failed', durationMs: 1, message: 'no' },
  ],
});

/** Runs over a machine whose commands end when the test says so. */
function runs(command = 'npm test') {
  const asked: { method: string; params: unknown }[] = [];
  let outcome = Promise.withResolvers<TestOutcome>();
  let say = (_: string) => {};
  const testing = new TestingRuns({
    clock: systemClock,
    rootOf: () => '/code/p',
    commandOf: () => command,
    machine: {
      environment: { base: {}, providers: {}, projects: {}, secrets: {} },
      request: (method, params, options) => {
        asked.push({ method, params });
        if (method !== 'tests.run') return Promise.resolve(null);
        outcome = Promise.withResolvers();
        say = (text) => options?.onProgress?.(text);
        return outcome.promise;
      },
    },
  });
  const end = (more: Partial<TestOutcome>) =>
    outcome.resolve({ end: 'exited', code: 1, why: 'exit code 1', report: failing, ...more });
  return { testing, asked, end, say: (text: string) => say(text), fail: (error: Error) => outcome.reject(error) };
}
const ended = async (frames: AsyncGenerator<TestFrame>) => {
  for await (const frame of frames) if (frame.kind === 'runs' && frame.runs[0]?.endedAt) return frame;
  throw new Error('it did not end');
};

test('one run of a project at a time, followed by whoever comes, and told to its end', async () => {
  const { testing, say, end, asked } = runs();
  const id = testing.start(PROJECT, false);
  expect(() => testing.start(PROJECT, false)).toThrow('running already');
  while (!asked.some(({ method }) => method === 'tests.run')) await Promise.resolve();
  say('hello\n');
  const frames = testing.follow(PROJECT, undefined);
  expect((await frames.next()).value).toMatchObject({ kind: 'runs', output: 'hello\n' });
  end({});
  const { runs: all } = (await ended(frames)) as { runs: object[] };
  expect(all[0]).toMatchObject({ id, status: 'failed', why: 'exit code 1', canRerunFailed: true });
  expect(testing.report(PROJECT, id)).toMatchObject({ output: 'hello\n', report: failing });
  testing.start(PROJECT, true);
  await testing.cancel(PROJECT);
  expect(asked.map(({ method }) => method)).toContain('tests.cancel');
});

test('a run whose machine went says so', async () => {
  const { testing, fail, asked } = runs();
  testing.start(PROJECT, false);
  while (!asked.some(({ method }) => method === 'tests.run')) await Promise.resolve();
  const frames = testing.follow(PROJECT, undefined);
  fail(new Error('the machine is gone'));
  expect(await ended(frames)).toMatchObject({
    runs: [{ status: 'error', why: expect.stringMatching(/machine is gone/) }],
  });
});

test('without a command nothing is run', () => {
  expect(() => runs('').testing.start(PROJECT, false)).toThrow('no test command yet');
});

test('only what failed is run again where the reporter takes it, with names taken literally', () => {
  expect(rerunCommand('npm test', failing)).toBe("npm test -- a.test.ts -t '(?:sum can'\\''t \\(yet\\))$'");
  expect(rerunCommand('pytest -q', { ...failing, reporter: 'pytest' })).toBe('pytest -q --last-failed');
  expect(rerunCommand('npm test && echo', failing)).toBeNull();
  expect(rerunCommand('make test', { ...failing, reporter: 'tap' })).toBeNull();
});
