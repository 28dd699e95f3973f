import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestArtefacts, TestOutcome } from '@agor/protocol';
import { systemClock } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { EnvironmentSource } from '../environment/index.ts';
import { Requests } from '../requests/index.ts';
import { registerTestRequests } from './index.ts';

let temp: ReturnType<typeof tempDir>;
beforeEach(() => {
  temp = tempDir();
});
afterEach(() => temp[Symbol.dispose]());
const put = (path: string, text: string) => {
  mkdirSync(join(temp.path, path, '..'), { recursive: true });
  writeFileSync(join(temp.path, path), text);
};

/** A machine's requests for tests; `ask` answers with the result, and tells the progress. */
function machine() {
  const environment = new EnvironmentSource();
  const base = { PATH: process.env.PATH ?? '', HOME: temp.path, MY_KEY: 'mine', AGOR_TOKEN: 'not yours' };
  environment.set({ base, providers: {}, projects: {}, secrets: {} });
  const requests = new Requests();
  registerTestRequests(requests, { environment, mark: `test-${process.pid}`, clock: systemClock });
  let ids = 0;
  return (method: string, params: object, onProgress: (text: string) => void = () => {}) =>
    new Promise<unknown>((resolve, reject) => {
      const session = requests.session((answer) => {
        if (answer.t === 'progress') onProgress(answer.message);
        else if (answer.t === 'result') resolve(answer.result);
        else reject(new Error(answer.message));
      });
      void session.start(`r${++ids}`, method, { root: temp.path, ...params });
    });
}
const LONG = 200_000 + process.pid;
const sleeps = () => Bun.spawnSync(['pgrep', '-f', `^sleep ${LONG}$`]).stdout.toString();

test('a run tells what it says as it comes, and what came of it', async () => {
  let said = '';
  const command = "echo hello; printf 'TAP version 13\\n1..2\\nok 1 - a\\nnot ok 2 - b\\n'; exit 3";
  const outcome = TestOutcome.parse(await machine()('tests.run', { id: 'a', command }, (text) => (said += text)));
  expect(said).toContain('hello\nTAP version 13');
  expect(outcome).toMatchObject({ end: 'exited', code: 3, why: 'exit code 3' });
  expect(outcome.report).toMatchObject({ reporter: 'tap', totals: { passed: 1, failed: 1, skipped: 0 } });
});

test('a run has the person’s environment, in the project’s folder, and nothing of agor’s', async () => {
  let said = '';
  const command = 'echo "$MY_KEY|$AGOR_TOKEN|$FORCE_COLOR|$(pwd -P)"';
  await machine()('tests.run', { id: 'a', command }, (text) => (said += text));
  expect(said).toMatch(new RegExp(`^mine\\|\\|1\\|.*${temp.path.split('/').at(-1)}\n$`));
});

test('a run that is cancelled ends with all that it started, and tells what it had come to', async () => {
  const ask = machine();
  const started = Promise.withResolvers<void>();
  const command = `(trap '' TERM; setsid sleep ${LONG}) & printf 'TAP version 13\\n1..2\\nok 1 - a\\n'; wait`;
  const run = ask('tests.run', { id: 'a', command }, () => started.resolve());
  await started.promise;
  await ask('tests.cancel', { id: 'a' });
  expect(TestOutcome.parse(await run)).toMatchObject({
    end: 'cancelled',
    code: null,
    report: { totals: { passed: 1 } },
  });
  expect(sleeps()).toBe('');
}, 60_000);

test('a run that takes too long is ended, and what a run leaves in the background, too', async () => {
  const ask = machine();
  const late = TestOutcome.parse(await ask('tests.run', { id: 'a', command: `sleep ${LONG}`, limitMs: 200 }));
  expect(late.end).toBe('timedOut');
  const left = TestOutcome.parse(await ask('tests.run', { id: 'b', command: `sleep ${LONG} & exit 0` }));
  expect(left).toMatchObject({ end: 'exited', code: 0 });
  expect(sleeps()).toBe('');
}, 60_000);

test('JUnit files that the run wrote are read, and older ones are not', async () => {
  const xml = (name: string) =>
    `<testsuite><testcase name="${name}"><failure message="no">t.js:4:1</failure></testcase></testsuite>`;
  put('reports/old.xml', xml('old'));
  utimesSync(join(temp.path, 'reports/old.xml'), 1_000, 1_000);
  put('new', xml('new'));
  const outcome = TestOutcome.parse(
    await machine()('tests.run', { id: 'a', command: 'cat new > reports/new.xml; exit 1' }),
  );
  expect(outcome.report.cases).toMatchObject([{ name: 'new', file: 't.js', line: 4, status: 'failed' }]);
});

test('more output than can be shown keeps its end', async () => {
  let said = '';
  await machine()('tests.run', { id: 'a', command: 'seq 1 400000' }, (text) => (said += text));
  expect(said).toContain('more than can be shown');
  expect(said.trimEnd()).toEndWith('400000');
}, 60_000);

test('a folder that is gone is told', async () => {
  await expect(machine()('tests.run', { id: 'a', command: 'true', root: '/nowhere/at/all' })).rejects.toThrow(
    'does not exist',
  );
});

test('commands are guessed from the files of a project, and nothing is run', async () => {
  const ask = machine();
  const commands = async () =>
    ((await ask('tests.suggest', {})) as { command: string }[]).map(({ command }) => command);
  expect(await commands()).toEqual([]);
  put('package.json', '{"scripts":{"test":"vitest","test:unit":"x","build":"y"}}');
  expect(await commands()).toEqual(['npm test', 'npm run test:unit']);
  put('package.json', '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}');
  put('pyproject.toml', '[tool.pytest.ini_options]\n');
  put('Cargo.toml', '');
  put('go.mod', '');
  put('Makefile', 'all:\n\ntest: all\n\techo\n');
  expect(await commands()).toEqual(['pytest', 'cargo test', 'go test -json ./...', 'make test']);
  put('package.json', 'broken');
  expect(await commands()).toContain('make test');
});

test('screenshots and the end of the session’s log are found, newest first, and nothing outside of the project', async () => {
  const ask = machine();
  expect(TestArtefacts.parse(await ask('tests.artefacts', {}))).toEqual({ screenshots: [], more: false, log: null });
  put('.selenium/screenshots/old.png', 'x');
  put('.selenium/screenshots/notes.txt', 'x');
  put('test-results/a-b/new.png', 'xy');
  utimesSync(join(temp.path, '.selenium/screenshots/old.png'), 1_000, 1_000);
  put('.selenium/session.log', `${Array.from({ length: 80 }, (_, at) => `line ${at + 1}`).join('\n')}\n`);
  mkdirSync(join(temp.path, 'elsewhere'));
  symlinkSync('/etc', join(temp.path, 'test-results', 'etc'));
  const { screenshots, log } = TestArtefacts.parse(await ask('tests.artefacts', {}));
  expect(screenshots.map(({ path }) => path)).toEqual(['test-results/a-b/new.png', '.selenium/screenshots/old.png']);
  expect([log?.split('\n')[0], log?.split('\n').at(-1)]).toEqual(['line 31', 'line 80']);
});
