import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCore } from '../core/index.ts';
import { command, startTestHub } from '../testing/test-hub.ts';

test('the files of a project are listed, read and found through the machine, and nothing outside it', async () => {
  await using hub = await startTestHub({ openCore });
  await hub.hub.machineTried;
  const { client } = hub;
  try {
    const cwd = join(hub.dir, 'shop');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'cart.ts'), 'export const cart = 1;\n');
    symlinkSync('/etc/passwd', join(cwd, 'out'));
    const { projectId } = await client.groups.addProject({ commandId: command(), cwd });
    expect((await client.files.list({ projectId })).map((entry) => entry.name)).toContain('cart.ts');
    expect(await client.files.read({ projectId, path: 'cart.ts' })).toMatchObject({ kind: 'text', lang: 'typescript' });
    expect(await client.files.find({ projectId, query: 'cart' })).toEqual(['cart.ts']);
    await expect(client.files.read({ projectId, path: 'out' })).rejects.toThrow(/leads out/);
    const { folders } = await client.files.folders({ path: hub.dir });
    expect(folders.map((folder) => folder.name)).toContain('shop');
  } finally {
    await hub.hub.core.machine.shutdown();
  }
}, 60_000);
