import { DONE, type Hub, type Os } from './context.ts';

export function ptyProcedures(os: Os, { terminals, once }: Hub) {
  const api = os.pty;
  return api.router({
    spawn: api.spawn.handler(({ input }) => once.run('pty.spawn', input, () => terminals.spawn(input))),
    list: api.list.handler(({ input }) => terminals.list(input.projectId)),
    locate: api.locate.handler(({ input }) => terminals.locate(input.id, input.path)),
    rename: api.rename.handler(({ input }) =>
      once.run('pty.rename', input, async () => {
        await terminals.rename(input.id, input.title);
        return DONE;
      }),
    ),
    clear: api.clear.handler(({ input }) =>
      once.run('pty.clear', input, async () => {
        await terminals.clear(input.id);
        return DONE;
      }),
    ),
    kill: api.kill.handler(({ input }) =>
      once.run('pty.kill', input, async () => {
        await terminals.kill(input.id);
        return DONE;
      }),
    ),
  });
}
