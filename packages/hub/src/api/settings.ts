import { DONE, type Hub, type Os } from './context.ts';

export function settingsProcedures(os: Os, { settings, once }: Hub) {
  const api = os.settings;
  return api.router({
    get: api.get.handler(({ input }) => ({ value: settings.get(input.key) })),
    set: api.set.handler(({ input }) =>
      once.run('settings.set', input, () => {
        settings.set(input.key, input.value);
        return DONE;
      }),
    ),
    list: api.list.handler(() => settings.list()),
  });
}
