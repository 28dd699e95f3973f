import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createLogger, ensureDirs, lockHolder, resolvePaths, withRuntimeDir } from '@agor/runtime';
import { ManualClock, tempDir, until } from '@agor/runtime/testing';
import { queryOf, startTestMachine, stopMachine } from '../testing/index.ts';
import { BoundSockets } from './index.ts';

let dir: ReturnType<typeof tempDir>;
beforeEach(() => {
  dir = tempDir();
});
afterEach(() => dir[Symbol.dispose]());

function start() {
  const runtime = join(dir.path, 'run');
  mkdirSync(runtime);
  const paths = resolvePaths({ HOME: dir.path, XDG_RUNTIME_DIR: runtime });
  ensureDirs(paths);
  const clock = new ManualClock();
  const rebound: string[] = [];
  let listening = 0;
  const sockets = new BoundSockets({
    paths,
    files: ({ controlSocket }) => [controlSocket],
    listen: ({ controlSocket }) => {
      const server = Bun.serve({ unix: controlSocket, fetch: () => new Response('here') });
      listening++;
      return {
        [Symbol.dispose]: () => {
          listening--;
          void server.stop(true);
        },
      };
    },
    onRebound: ({ runtimeDir }) => rebound.push(runtimeDir),
    clock,
    log: createLogger({ name: 'test', file: join(dir.path, 'log') }),
  });
  const answers = async () =>
    (await fetch('http://localhost/', { unix: sockets.paths.controlSocket } as RequestInit)).text();
  return { sockets, paths, clock, runtime, rebound, answers, listening: () => listening };
}

test('sockets whose folder was removed are bound again in the same place, and nothing else is done', async () => {
  const t = start();
  t.clock.advance(60_000);
  expect(t.rebound).toEqual([]);
  rmSync(t.paths.runtimeDir, { recursive: true });
  t.clock.advance(2_000);
  expect(t.rebound).toEqual([t.paths.runtimeDir]);
  expect(await t.answers()).toBe('here');
  expect(statSync(t.paths.runtimeDir).mode & 0o777).toBe(0o700);
  t.clock.advance(60_000);
  expect([t.rebound.length, t.listening()]).toEqual([1, 1]);
  t.sockets[Symbol.dispose]();
  expect([t.listening(), existsSync(t.paths.controlSocket), t.clock.pending]).toEqual([0, false, 0]);
});

test('a single socket file that was removed, or replaced by another file, is noticed', async () => {
  const t = start();
  rmSync(t.paths.controlSocket);
  t.clock.advance(2_000);
  expect(await t.answers()).toBe('here');
  renameSync(t.paths.controlSocket, `${t.paths.controlSocket}.away`);
  writeFileSync(t.paths.controlSocket, '');
  t.clock.advance(2_000);
  expect(await t.answers()).toBe('here');
  t.sockets[Symbol.dispose]();
});

test('where the folder cannot be made any more, the sockets move below /tmp', async () => {
  const t = start();
  rmSync(t.runtime, { recursive: true });
  writeFileSync(t.runtime, 'no folder');
  t.clock.advance(2_000);
  const { runtimeDir } = t.sockets.paths;
  expect(dirname(runtimeDir)).toBe('/tmp');
  expect(t.rebound).toEqual([runtimeDir]);
  expect(await t.answers()).toBe('here');
  t.sockets[Symbol.dispose]();
  rmSync(runtimeDir, { recursive: true });
});

test('a machine and its pty host survive a logout that removes their runtime folder, and are found by the lock', async () => {
  const runtime = join(dir.path, 'run');
  mkdirSync(runtime);
  const machine = startTestMachine(dir.path, {
    env: { XDG_RUNTIME_DIR: runtime },
    main: join(import.meta.dir, '..', 'main.ts'),
  });
  const lockDir = () => lockHolder(machine.paths.machineLock)?.runtimeDir as string;
  try {
    const first = await machine.connect();
    const pid = first.welcome.pid;
    await until('the pty host listens', () => existsSync(machine.paths.ptySocket));
    rmSync(runtime, { recursive: true });
    writeFileSync(runtime, 'no folder');
    await until('it has moved', () => lockDir() !== machine.paths.runtimeDir);
    const moved = withRuntimeDir(machine.paths, lockDir());
    await until('the pty host has moved', () => existsSync(moved.ptySocket));
    // The pty host says where it is a moment later, and the hub is cut off and greeted again.
    await until('the hub is told of both', async () => {
      using hub = await machine.connect({ socket: moved.controlSocket }).catch(() => null);
      if (hub) expect(hub.welcome.pid).toBe(pid);
      return hub?.welcome.ptySocket === moved.ptySocket;
    });
    using hub = await machine.connect({ socket: moved.controlSocket });
    expect(await hub.request('status')).toMatchObject({ ptys: 0 });
    await hub.commands(queryOf('s1', 'hi'));
  } finally {
    await stopMachine(machine);
    const left = lockDir() ?? '';
    if (left.startsWith('/tmp/agor-')) rmSync(left, { recursive: true, force: true });
  }
}, 30_000);
