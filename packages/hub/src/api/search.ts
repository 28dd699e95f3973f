import { DONE, type Hub, type Os } from './context.ts';

export function searchProcedures(os: Os, { search }: Hub) {
  const api = os.search;
  return api.router({
    query: api.query.handler(({ input }) => search.query(input)),
    status: api.status.handler(() => search.status()),
    rebuild: api.rebuild.handler(async () => {
      await search.rebuild();
      return DONE;
    }),
  });
}
