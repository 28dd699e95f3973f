import { expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, processesWithEnv, processRef, resolvePaths } from '@agor/runtime';
import { tempDir, until } from '@agor/runtime/testing';
import { ControlClient } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

/** The real program in a data folder of its own. */
async function startProgram(dir: string) {
  const env = { PATH: process.env.PATH ?? '', HOME: dir, XDG_RUNTIME_DIR: dir };
  const paths = resolvePaths(env, { dataDir: join(dir, 'data'), configDir: join(dir, 'config') });
  const command = [
    process.execPath,
    join(import.meta.dir, 'main.ts'),
    '--data-dir',
    paths.dataDir,
    '--config-dir',
    paths.configDir,
  ];
  const child = Bun.spawn(command, { env, stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' });
  const { value } = await child.stdout.getReader().read();
  expect(JSON.parse(new TextDecoder().decode(value))).toEqual({ ready: true, socket: paths.ptySocket });
  const secret = await Bun.file(paths.machineSecretFile).text();
  const control = await ControlClient.open(paths.ptySocket, secret.trim());
  return { child, paths, control };
}

async function spawnStubborn(control: ControlClient, cwd: string): Promise<string> {
  const id = crypto.randomUUID();
  const script = 'setsid sh -c \'trap "" HUP TERM; sleep 1000 & wait\' & echo started; sleep 1001';
  const pty = {
    id,
    projectId: null,
    cwd,
    shell: '/bin/sh',
    args: ['-c', script],
    title: '',
    size: { cols: 80, rows: 24 },
  };
  await control.request({ t: 'spawn', pty: pty as never, env: { PATH: process.env.PATH ?? '' } });
  await until('all of it runs', () => processesWithEnv('AGOR_SESSION', id).length >= 4);
  return id;
}

test('the pty host ends with its machine, and leaves neither a process nor its socket', async () => {
  using dir = tempDir();
  const { child, paths, control } = await startProgram(dir.path);
  const id = await spawnStubborn(control, dir.path);
  await child.stdin.end();
  expect(await child.exited).toBe(0);
  expect(processesWithEnv('AGOR_SESSION', id)).toEqual([]);
  expect(existsSync(paths.ptySocket)).toBe(false);
});

test('what a killed pty host left behind is ended by the next one, which has no terminals', async () => {
  using dir = tempDir();
  const first = await startProgram(dir.path);
  const id = await spawnStubborn(first.control, dir.path);
  first.child.kill('SIGKILL');
  await first.child.exited;
  const second = await startProgram(dir.path);
  expect(processesWithEnv('AGOR_SESSION', id)).toEqual([]);
  expect(await second.control.request({ t: 'list' })).toEqual([]);
  const ref = processRef(second.child.pid);
  await second.control.request({ t: 'shutdown' });
  await second.child.exited;
  expect(ref && isAlive(ref)).toBe(false);
});
