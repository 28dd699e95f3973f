import { exportSettings, importSettings, previewImport } from '../settings/index.ts';
import { DONE, type Hub, type Os } from './context.ts';

export function settingsProcedures(os: Os, { settings, groups, once }: Hub) {
  const api = os.settings;
  return api.router({
    get: api.get.handler(({ input }) => ({ value: settings.shown(input.key) })),
    set: api.set.handler(({ input }) =>
      once.run('settings.set', input, () => {
        settings.set(input.key, input.value, input.base);
        return DONE;
      }),
    ),
    reset: api.reset.handler(({ input }) =>
      once.run('settings.reset', input, () => {
        settings.reset(input.key);
        return DONE;
      }),
    ),
    list: api.list.handler(() => settings.list()),
    export: api.export.handler(({ input }) => exportSettings(settings, input.groups ? groups : null)),
    previewImport: api.previewImport.handler(({ input }) => previewImport(settings, groups, input.text)),
    import: api.import.handler(({ input }) =>
      once.run('settings.import', input, () => importSettings(settings, groups, input.text)),
    ),
  });
}
