import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { isAlive, type ProcessRef } from '@agor/runtime';
import { tempDir, until } from '@agor/runtime/testing';
import { killHard, type LinkClient, startTestMachine, stopMachine } from '../testing/index.ts';

const main = join(import.meta.dir, '..', 'main.ts');

interface Status {
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
