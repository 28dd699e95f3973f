import { expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';

setDefaultTimeout(60_000); // for a loaded computer

test('a subreaper collects orphans, and Bun still learns the exit codes of its own children', async () => {
  const module = (name: string) => JSON.stringify(join(import.meta.dir, name));
  const code = `import { becomeSubreaper } from ${module('ffi.ts')};
    import { listProcesses } from ${module('process-table.ts')};
    import { reapOrphans } from ${module('reap-orphans.ts')};
    import { until } from ${module('testing.ts')};
    becomeSubreaper();
    using _reaper = reapOrphans();
    const children = Array.from({ length: 40 }, (_, i) => Bun.spawn(['sh', '-c', 'sleep 0.0' + (i % 10) + ' & exit ' + i]));
    const codes = await Promise.all(children.map((child) => child.exited));
    await until('no child is left', () => !listProcesses().some((info) => info.ppid === process.pid));
    console.log(codes.every((exit, i) => exit === i));`;
  const machine = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe' });
  expect((await machine.stdout.text()).trim()).toBe('true');
  expect(await machine.exited).toBe(0); // the reaper, once disposed, keeps nothing alive
});
