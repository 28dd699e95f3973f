import { contract, type PtyInfo } from '@agor/protocol';
import { implement, ORPCError } from '@orpc/server';
import type { FakeHub } from './fake-hub.ts';

/** The SSH connections of a FakeHub; connecting makes a terminal whose other end is the test. */
export function fakeSsh(hub: FakeHub, seen: (name: string, input: unknown) => void) {
  const api = implement(contract).ssh;
  const tell = () => hub.tell({ kind: 'ssh' });
  return api.router({
    list: api.list.handler(() => [...hub.ssh.values()]),
    hosts: api.hosts.handler(() => hub.sshHosts),
    save: api.save.handler(({ input: { id, draft, ...rest } }) => {
      seen('ssh.save', { id, draft, ...rest });
      const saved = { ...draft, id, createdAt: hub.now(), lastUsedAt: hub.ssh.get(id)?.lastUsedAt ?? null };
      hub.ssh.set(id, saved);
      tell();
      return saved;
    }),
    remove: api.remove.handler(({ input }) => {
      seen('ssh.remove', input);
      hub.ssh.delete(input.id);
      tell();
      return { ok: true as const };
    }),
    connect: api.connect.handler(({ input }) => {
      seen('ssh.connect', input);
      const found = hub.ssh.get(input.id);
      if (!found) throw new ORPCError('NOT_FOUND', { message: 'There is no such SSH connection any more.' });
      const { ptyId, projectId, size } = input;
      const now = { cwd: '/', pid: 1, size, exit: null, createdAt: hub.now() };
      const pty: PtyInfo = { id: ptyId, projectId, title: found.name, ...now, ssh: input.id };
      hub.ptys.set(pty.id, pty);
      hub.tell({ kind: 'ptys', changed: [pty], removed: [] });
      return pty;
    }),
  });
}
