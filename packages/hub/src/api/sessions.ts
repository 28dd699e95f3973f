import { DONE, type Hub, type Os } from './context.ts';

export function sessionProcedures(os: Os, { core }: Hub) {
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
  });
}

export function persistenceProcedures(os: Os, { core }: Hub) {
  const api = os.persistence;
  return api.router({ page: api.page.handler(({ input }) => core.sessions.page(input)) });
}
