import { expect, test } from 'bun:test';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@agor/runtime/testing';
import { TestHub } from '../core/testing.ts';
import { FileWatching, type WatchedChange } from './index.ts';

test('files are watched on the machine, also after the machine was gone: what changed meanwhile is told then', async () => {
  await using hub = new TestHub();
  const { core, bus } = hub.open({ machine: 'real' });
  await core.start();
  try {
    const root = join(hub.project, 'shop');
    mkdirSync(root);
    const write = (path: string) => writeFileSync(join(root, path), `${Math.random()}`);
    const watching = new FileWatching({ machine: core.machine, bus, log: hub.logger, projectFolder: () => root });
    const seen: WatchedChange[] = [];
    const problems: (string | null)[] = [];
    const waiters = new Set<() => void>();
    const wake = () => {
      for (const waiter of waiters) waiter();
    };
    const waitFor = async (check: () => boolean) => {
      while (!check()) await new Promise<void>((resolve) => waiters.add(resolve));
    };
    const has = (file: string, kind = 'changed') => seen.some((c) => c.file === join(root, file) && c.kind === kind);
    const heard = (file: string, kind = 'changed') => waitFor(() => has(file, kind));
    const watch = watching.watchFiles(
      { in: { cwd: root }, patterns: ['*.ts'] },
      (changes) => {
        seen.push(...changes);
        wake();
      },
      (problem) => {
        problems.push(problem);
        wake();
      },
    );
    // Nobody tells when the watch stands: what was written before is not told.
    await until('a change is heard', () => {
      write('a.ts');
      return has('a.ts');
    });
    const machine = core.machine.state.pid as number;
    process.kill(machine, 'SIGKILL');
    write('b.ts');
    await heard('b.ts');
    expect(core.machine.state.pid).not.toBe(machine);
    rmSync(join(root, 'b.ts'));
    await heard('b.ts', 'removed');
    rmSync(root, { recursive: true });
    await waitFor(() => problems.length > 0);
    expect(problems[0]).toContain('is not there');
    watch[Symbol.dispose]();
    expect(() =>
      watching.watchFiles(
        { in: { cwd: root }, patterns: ['../x'] },
        () => {},
        () => {},
      ),
    ).toThrow('leads out of the folder');
    watching[Symbol.dispose]();
  } finally {
    await core.machine.shutdown();
  }
}, 120_000);
