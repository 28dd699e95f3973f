import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckResult } from '@agor/protocol';
import { providers } from '@agor/providers';
import { createLogger, ensureDirs, listProcesses, probeSandbox, resolvePaths, systemClock } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { EnvironmentSource } from '../environment/index.ts';
import { Requests } from '../requests/index.ts';
import { Sandboxes } from '../sandbox/index.ts';
import { registerCheckRequests } from './index.ts';

let temp: ReturnType<typeof tempDir>;
let project: string;
let outside: string;
beforeEach(() => {
  temp = tempDir();
  project = join(temp.path, 'project');
  outside = join(temp.path, 'outside');
  for (const dir of [project, outside]) mkdirSync(dir);
});
afterEach(() => temp[Symbol.dispose]());

/** Asks a machine for a check. */
function check(command: string, more: object = {}): Promise<CheckResult> {
  const home = join(temp.path, 'home');
  mkdirSync(home, { recursive: true });
  const paths = resolvePaths({
    HOME: home,
    AGOR_DATA_DIR: join(temp.path, 'data'),
    AGOR_CONFIG_DIR: join(temp.path, 'config'),
  });
  ensureDirs(paths);
  const environment = new EnvironmentSource();
  const base = { PATH: process.env.PATH ?? '', HOME: home };
  environment.set({
    base,
    providers: { demo: { enabled: true, args: [], env: { MY_API_TOKEN: 'sesame-sesame' }, config: {} } },
    projects: {},
  });
  const sandboxes = new Sandboxes({
    paths,
    log: createLogger({ name: 'test', file: join(temp.path, 'log') }),
    providers,
    agentSocket: () => paths.agentSocket,
    bin: join(home, 'bin'),
    clock: systemClock,
  });
  const requests = new Requests();
  registerCheckRequests(requests, { environment, sandboxes, mark: `test-${process.pid}`, clock: systemClock });
  return new Promise((resolve, reject) => {
    const session = requests.session((answer) => {
      if (answer.t === 'result') resolve(CheckResult.parse(answer.result));
      if (answer.t === 'failure') reject(new Error(answer.message));
    });
    void session.start('r', 'checks.run', { command, cwd: project, provider: 'demo', projectId: 'p', ...more });
  });
}

/** So many seconds as no other run of this test sleeps. */
const LONG = 100_000 + process.pid;

function running(command: string) {
  return listProcesses().filter(({ pid }) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(command);
    } catch {
      return false; // it has just ended
    }
  });
}

test('a check tells how its command ended and the end of what it said, in the folder of the agent', async () => {
  expect(await check('pwd')).toEqual({ code: 0, why: 'exit code 0', tail: project, confined: false });
  expect(await check('echo out; echo err >&2; exit 3')).toMatchObject({ code: 3, why: 'exit code 3' });
  const { tail } = await check('yes line | head -n 100000; echo last');
  expect(tail.length).toBeLessThanOrEqual(4_000);
  expect(tail).toEndWith('line\nlast');
});

test('secrets of the environment are not in what it said', async () => {
  expect((await check('echo it is $MY_API_TOKEN')).tail).toBe('it is [redacted]');
});

test('one that takes too long is ended with all it started, and so is what it leaves in the background', async () => {
  const late = await check(`sleep ${LONG} & sleep ${LONG}`, { limitMs: 300 });
  expect(late).toMatchObject({ code: null, why: 'it took too long' });
  expect(await check(`setsid sleep ${LONG} & echo done`)).toMatchObject({ code: 0, tail: 'done' });
  expect(running(`sleep\0${LONG}`)).toEqual([]);
});

test('what hides from its end cannot hold up a check', async () => {
  const hidden = `sleep\0${LONG}`;
  try {
    expect(await check(`env -i setsid sleep ${LONG} & echo done`)).toMatchObject({ code: 0, tail: 'done' });
  } finally {
    for (const { pid } of running(hidden)) process.kill(pid, 'SIGKILL');
  }
});

test('a folder that is not there is said in words', async () => {
  await expect(check('true', { cwd: '/nowhere/at/all' })).rejects.toThrow('The folder /nowhere/at/all does not exist.');
});

test('in a sandboxed project a check is confined as its agents are', async () => {
  const { landlockAbi, bubblewrap } = await probeSandbox();
  if (landlockAbi === null && bubblewrap === null) return;
  const sandbox = { enabled: true, ports: [], paths: [], root: project };
  const result = await check(`echo x > ${outside}/escaped; echo y > in.txt; echo ran`, { sandbox });
  expect(result).toMatchObject({ confined: true, tail: expect.stringContaining('ran') });
  expect(existsSync(join(outside, 'escaped'))).toBe(false);
  expect(existsSync(join(project, 'in.txt'))).toBe(true);
});
