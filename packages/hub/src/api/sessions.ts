import { projectForCwd } from '../groups/index.ts';
import { DONE, type Hub, type Os } from './context.ts';

export function sessionProcedures(os: Os, { core, services, groups, once }: Hub) {
  const { sessions } = core;
  const api = os.session;
  return api.router({
    list: api.list.handler(({ input }) => sessions.list(input)),
    get: api.get.handler(({ input }) => sessions.get(input.sessionId)),
    create: api.create.handler(({ input }) => sessions.create(input)),
    rename: api.rename.handler(({ input }) => {
      sessions.rename(input);
      return DONE;
    }),
    fork: api.fork.handler(({ input }) => sessions.fork(input)),
    outside: api.outside.handler(({ input }) => services.outside(input.provider, input)),
    import: api.import.handler(({ input }) =>
      once.run('session.import', input, async () => ({
        sessionId: await sessions.import(
          input,
          () => services.readOutside(input.provider, input.providerSessionId),
          (cwd) => projectForCwd(groups.current, cwd)?.project.id ?? null,
        ),
      })),
    ),
  });
}

export function persistenceProcedures(os: Os, { core }: Hub) {
  const api = os.persistence;
  return api.router({ page: api.page.handler(({ input }) => core.sessions.page(input)) });
}
