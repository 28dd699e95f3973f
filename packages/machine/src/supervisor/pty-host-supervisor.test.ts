import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { isAlive, machineSecret, type ProcessRef } from '@agor/runtime';
import { tempDir, until } from '@agor/runtime/testing';
import { ControlClient } from '../pty-host/testing.ts';
import { killHard, type LinkClient, startTestMachine, stopMachine } from '../testing/index.ts';

const main = join(import.meta.dir, '..', 'main.ts');

interface Status {
  readonly ptys: number | null;
  readonly ptyHost: { readonly process: ProcessRef | null; readonly ready: boolean };
}

/** Asks until there is a pty host that is ready and is not `other`. */
async function ptyHostOf(hub: LinkClient, other?: ProcessRef): Promise<ProcessRef> {
  for (;;) {
    const { ptyHost } = (await hub.request('status')) as Status;
    if (ptyHost.ready && ptyHost.process && ptyHost.process.pid !== other?.pid) return ptyHost.process;
  }
}

test('a pty host that dies is started again, and ends with its machine, however that ends', async () => {
  using dir = tempDir();
  const machine = startTestMachine(dir.path, { main });
  try {
    using hub = await machine.connect();
    expect(hub.welcome.ptySocket).toBe(machine.paths.ptySocket);
    const first = await ptyHostOf(hub);
    process.kill(first.pid, 'SIGKILL');
    const second = await ptyHostOf(hub, first);
    expect(isAlive(first)).toBe(false);
    await killHard(machine);
    await until('the pty host is gone', () => !isAlive(second));
  } finally {
    await stopMachine(machine);
  }
});

test('the status tells how many terminals run: none before the first, and one that ended by itself no more', async () => {
  using dir = tempDir();
  const machine = startTestMachine(dir.path, { main });
  try {
    using hub = await machine.connect();
    const ptys = async () => ((await hub.request('status')) as Status).ptys;
    expect(await ptys()).toBe(0);
    await ptyHostOf(hub);
    expect(await ptys()).toBe(0);
    const control = await ControlClient.open(machine.paths.ptySocket, machineSecret(machine.paths.machineSecretFile));
    const spawn = (script: string) =>
      control.request({
        t: 'spawn',
        pty: {
          id: crypto.randomUUID() as never,
          projectId: null,
          cwd: dir.path,
          shell: '/bin/sh',
          args: ['-c', script],
          title: '',
          size: { cols: 80, rows: 24 },
        },
        env: { PATH: process.env.PATH ?? '' },
      });
    await spawn('sleep 1000');
    await spawn('sleep 1001');
    expect(await ptys()).toBe(2);
    await spawn('true');
    while ((await ptys()) !== 2);
  } finally {
    await stopMachine(machine);
  }
});
