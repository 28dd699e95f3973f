import { DONE, type Hub, type Os } from './context.ts';

export function memoryProcedures(os: Os, { knowledge }: Hub) {
  const api = os.memory;
  return api.router({
    stores: api.stores.handler(() => knowledge.memoryStores()),
    search: api.search.handler(({ input }) => knowledge.memories(input)),
    get: api.get.handler(({ input }) => knowledge.memory(input.store, input.id)),
  });
}

export function ctxProcedures(os: Os, { knowledge, once }: Hub) {
  const api = os.ctx;
  return api.router({
    get: api.get.handler(({ input }) => knowledge.ctx(input.projectId)),
    search: api.search.handler(({ input }) => knowledge.searchCtx(input.query)),
    create: api.create.handler(({ input }) =>
      once.run('ctx.create', input, async () => {
        await knowledge.createCtx();
        return DONE;
      }),
    ),
    register: api.register.handler(({ input }) =>
      once.run('ctx.register', input, async () => {
        await knowledge.registerInCtx(input.projectId);
        return DONE;
      }),
    ),
  });
}
