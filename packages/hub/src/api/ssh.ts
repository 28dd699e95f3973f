import { DONE, type Hub, type Os } from './context.ts';

export function sshProcedures(os: Os, { ssh, once }: Hub) {
  const api = os.ssh;
  return api.router({
    list: api.list.handler(() => ssh.list()),
    hosts: api.hosts.handler(() => ssh.hosts()),
    save: api.save.handler(({ input }) => once.run('ssh.save', input, () => ssh.save(input.id, input.draft))),
    remove: api.remove.handler(({ input }) =>
      once.run('ssh.remove', input, () => {
        ssh.remove(input.id);
        return DONE;
      }),
    ),
    connect: api.connect.handler(({ input }) => once.run('ssh.connect', input, () => ssh.connect(input))),
  });
}
