import { DONE, type Hub, type Os } from './context.ts';

export function themeProcedures(os: Os, { themes, once }: Hub) {
  const api = os.themes;
  return api.router({
    import: api.import.handler(({ input }) =>
      once.run('themes.import', input, () => ({ id: themes.import(input.name, input.text) })),
    ),
    remove: api.remove.handler(({ input }) =>
      once.run('themes.remove', input, () => {
        themes.remove(input.id);
        return DONE;
      }),
    ),
  });
}
