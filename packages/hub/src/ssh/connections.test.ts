import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { MAX_SSH_CONNECTIONS, newId, PtyId, type PtyInfo, SshConnectionId, SshDraft } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { openHubDatabase } from '../database/index.ts';
import { HubBus } from '../events/index.ts';
import type { SpawnTerminal } from '../terminals/index.ts';
import { SshConnections } from './index.ts';

function open() {
  const dir = tempDir();
  const db = openHubDatabase(join(dir.path, 'sessions.db'));
  const log = createLogger({ name: 'test', file: join(dir.path, 'log') });
  const bus = new HubBus(log);
  const spawned: SpawnTerminal[] = [];
  const spawn = async (input: SpawnTerminal): Promise<PtyInfo> => {
    spawned.push(input);
    const { id, projectId, title, size } = input;
    return { id, projectId, title, cwd: '/', pid: 1, size, exit: null, createdAt: 0 };
  };
  let told = 0;
  bus.on('ssh', () => told++);
  const clock = new ManualClock();
  const ssh = new SshConnections({ db, bus, clock, machine: { request: async () => [] }, terminals: { spawn } });
  const close = () => {
    db.close();
    log.close();
    dir[Symbol.dispose]();
  };
  return { ssh, spawned, told: () => told, [Symbol.dispose]: close };
}
const draft = (name: string, more: Partial<SshDraft> = {}) => SshDraft.parse({ name, host: 'h', ...more });

test('connections are kept by folder and name, changed and removed, and each change is told', () => {
  using at = open();
  const [b, a] = [newId(SshConnectionId), newId(SshConnectionId)];
  at.ssh.save(b, draft('b', { folder: 'work', port: 2222, forwardAgent: true, startFolder: '/srv' }));
  at.ssh.save(a, draft('a', { folder: 'work' }));
  expect(at.ssh.list().map(({ name }) => name)).toEqual(['a', 'b']);
  expect(at.ssh.list()[1]).toMatchObject({
    id: b,
    port: 2222,
    forwardAgent: true,
    startFolder: '/srv',
    lastUsedAt: null,
  });
  at.ssh.save(b, draft('c'));
  expect(at.ssh.list().map(({ name, port }) => [name, port])).toEqual([
    ['c', null],
    ['a', null],
  ]);
  at.ssh.remove(a);
  at.ssh.remove(a);
  expect(at.ssh.list().map(({ id }) => id)).toEqual([b]);
  expect(at.told()).toBe(5);
});

test('connecting starts ssh itself in a terminal, and is remembered', async () => {
  using at = open();
  const id = newId(SshConnectionId);
  at.ssh.save(id, draft('web', { host: 'web.example.com' }));
  const ptyId = newId(PtyId);
  await at.ssh.connect({ id, ptyId, projectId: null, cwd: '/', size: { cols: 80, rows: 24 } });
  expect(at.spawned[0]).toMatchObject({ id: ptyId, title: 'web', run: { program: 'ssh', ssh: id } });
  expect(at.spawned[0]?.run?.args.slice(-2)).toEqual(['--', 'web.example.com']);
  expect(at.ssh.list()[0]?.lastUsedAt).not.toBeNull();
  const gone = { id: newId(SshConnectionId), ptyId, projectId: null, size: { cols: 80, rows: 24 } };
  await expect(at.ssh.connect(gone)).rejects.toThrow('no such SSH connection');
});

test('at the bound a new one is refused, and those that are there can be changed', () => {
  using at = open();
  const ids = Array.from({ length: MAX_SSH_CONNECTIONS }, () => newId(SshConnectionId));
  for (const id of ids) at.ssh.save(id, draft('x'));
  expect(() => at.ssh.save(newId(SshConnectionId), draft('y'))).toThrow('Delete one first');
  expect(at.ssh.save(ids[0] as SshConnectionId, draft('z')).name).toBe('z');
});
