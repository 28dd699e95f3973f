import { expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { SessionId, WorktreeRemoved, WorktreeState } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import {
  commandOf,
  killHard,
  queryOf,
  startTestMachine,
  stopMachine,
  TestRepository,
  withMachine,
  write,
} from '../testing/index.ts';
import { mountPoints } from './mounts.ts';
import { parseLsof } from './processes.ts';

setDefaultTimeout(60_000); // for a loaded computer

test('a hub lists worktrees, looks at them and removes them; not while their agent lives', async () => {
  await withMachine(async (machine, dir) => {
    using hub = await machine.connect();
    const repository = new TestRepository(join(dir, 'repository'));
    const cwd = join(machine.paths.worktreesDir, 'one');
    const sessionId = SessionId.parse('s1');
    await hub.commands(queryOf('s1', 'cwd', { cwd, worktree: { repository: repository.path, branch: 'agor/one' } }));
    await hub.turnEnded('s1');
    const listed = await hub.request('worktrees.list', { repository: repository.path });
    expect(listed).toEqual([{ path: cwd, branch: 'agor/one' }]);
    write(cwd, { 'new.txt': 'x' });
    const inspect = async () => WorktreeState.parse(await hub.request('worktrees.inspect', { path: cwd }));
    const remove = (fingerprint: string | null) => hub.request('worktrees.remove', { path: cwd, fingerprint });
    expect((await inspect()).processes).not.toEqual([]);
    await expect(remove((await inspect()).fingerprint)).rejects.toThrow('inUse: An agent of agor works in');
    await hub.commands(commandOf({ kind: 'stop', sessionId, reason: 'enough' }));
    await hub.event('s1', 'runnerExited');
    const refused = WorktreeRemoved.parse(await remove(null));
    if (refused.kind !== 'wouldLose') throw new Error('it was removed unasked');
    expect(refused.state).toMatchObject({ untracked: { paths: ['new.txt'] }, processes: [] });
    expect(await remove(refused.state.fingerprint)).toEqual({ kind: 'removed' });
    expect(await hub.request('worktrees.list', { repository: repository.path })).toEqual([]);
    await expect(hub.request('worktrees.inspect', { path: cwd })).rejects.toThrow('notFound');
    await expect(hub.request('worktrees.remove', { path: repository.path, fingerprint: null })).rejects.toThrow(
      'outside',
    );
  });
});

test('the next machine finishes what was removed, and brings back what was not yet certain to go', async () => {
  await withMachine(async (machine, dir) => {
    using hub = await machine.connect();
    const repository = new TestRepository(join(dir, 'repository'));
    const root = machine.paths.worktreesDir;
    for (const name of ['one', 'two']) {
      const worktree = { repository: repository.path, branch: `agor/${name}` };
      await hub.commands(queryOf(name, 'cwd', { cwd: join(root, name), worktree }));
      await hub.turnEnded(name);
    }
    await killHard(machine);
    for (const folder of ['.checking', '.removed']) mkdirSync(join(root, folder), { recursive: true });
    renameSync(join(root, 'one'), join(root, '.checking', 'one'));
    renameSync(join(root, 'two'), join(root, '.removed', 'two-x'));
    const next = startTestMachine(dir);
    try {
      using again = await next.connect();
      await until('the one is back', () => existsSync(join(root, 'one', 'a.txt')));
      await until('the other is gone', () => !existsSync(join(root, '.removed', 'two-x')));
      const listed = await again.request('worktrees.list', { repository: repository.path });
      expect(listed).toEqual([{ path: join(root, 'one'), branch: 'agor/one' }]);
      expect(repository.git('worktree', 'list')).not.toContain('two');
    } finally {
      await stopMachine(next);
    }
  });
});

test('mounted disks are read from the system’s table', () => {
  const table =
    '22 1 0:21 / /proc rw - proc proc rw\n40 22 8:1 / /home/a/my\\040disk rw,relatime - ext4 /dev/sda1 rw\n';
  expect(mountPoints(table)).toEqual(['/proc', '/home/a/my disk']);
});

test('the output of lsof on macOS is read', () => {
  expect(parseLsof('p12\ncnode\nfcwd\nn/Users/a/x\np13\nczsh\nfcwd\nn/\n')).toEqual([
    { pid: 12, command: 'node', cwd: '/Users/a/x' },
    { pid: 13, command: 'zsh', cwd: '/' },
  ]);
});
