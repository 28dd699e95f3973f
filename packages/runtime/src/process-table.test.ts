import { expect, setDefaultTimeout, test } from 'bun:test';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bootId,
  descendantsOf,
  isAlive,
  listProcesses,
  parseStat,
  processesWithEnv,
  processRef,
  processStartTime,
} from './process-table.ts';
import { parsePs } from './process-table-darwin.ts';
import { tempDir, until } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

test('a process whose name holds spaces and parentheses is read right', () => {
  const stat = '42 (a) R (b c) S 7 8 9 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 60749 3133440 383';
  expect(parseStat(stat)).toEqual({ pid: 42, ppid: 7, pgid: 8, sid: 9, startTime: '60749', state: 'S' });
  expect(parseStat('')).toBeNull();
});

test('a real process with such a name is found with its parent', async () => {
  using dir = tempDir();
  const program = join(dir.path, 'x) R (1');
  copyFileSync('/bin/sleep', program);
  const child = Bun.spawn([program, '1000']);
  try {
    await until('the program runs', () => descendantsOf(process.pid).some((info) => info.pid === child.pid));
    expect(listProcesses().find((info) => info.pid === child.pid)?.ppid).toBe(process.pid);
  } finally {
    child.kill('SIGKILL');
    await child.exited;
  }
});

test('a reference stops being alive when its process ends, and never means another process or another boot', async () => {
  const child = Bun.spawn(['sleep', '1000']);
  const ref = processRef(child.pid);
  if (!ref) throw new Error('the child should run');
  expect(ref.bootId).toBe(bootId());
  expect(isAlive(ref)).toBe(true);
  expect(isAlive({ ...ref, startTime: '1' })).toBe(false);
  expect(isAlive({ ...ref, bootId: 'an earlier one' })).toBe(false);
  child.kill('SIGKILL');
  await child.exited;
  expect(isAlive(ref)).toBe(false);
  expect(processStartTime(child.pid)).toBeNull();
});

test('processes are found by an entry of their environment, by its whole name and value only', async () => {
  const value = crypto.randomUUID();
  const spawn = (env: Record<string, string>) => Bun.spawn(['sleep', '1000'], { env });
  const children = [
    spawn({ FIRST: '1', AGOR_TEST_MARK: value }),
    spawn({ AGOR_TEST_MARK: `${value}x` }),
    spawn({ X_AGOR_TEST_MARK: value }),
  ];
  try {
    expect(processesWithEnv('AGOR_TEST_MARK', value)).toEqual([children[0]?.pid ?? 0]);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map((child) => child.exited));
  }
});

test('the output of ps on macOS is read', () => {
  const output =
    '    1     0     1 Ss   Sun Nov 22 09:00:01 2026    \n  501     1   501 S+   Sun Nov 22 10:11:12 2026\n\n';
  expect(parsePs(output)).toEqual([
    { pid: 1, ppid: 0, pgid: 1, sid: 0, startTime: 'Sun Nov 22 09:00:01 2026', state: 'S' },
    { pid: 501, ppid: 1, pgid: 501, sid: 0, startTime: 'Sun Nov 22 10:11:12 2026', state: 'S' },
  ]);
});
