import { contract, type SettingsFile, type SettingsImport, settingSchema } from '@agor/protocol';
import { implement, ORPCError } from '@orpc/server';
import type { FakeHub } from './fake-hub.ts';

const ok = { ok: true as const };

/** Settings in memory, each change told to the watchers. `seen` writes a command down, or fails as a test wishes. */
export function fakeSettings(hub: FakeHub, seen: (name: string, input: unknown) => void) {
  const api = implement(contract).settings;
  const keep = (settings: Record<string, unknown>) => {
    hub.settings = settings;
    hub.tell({ kind: 'settings', settings });
  };
  const read = (text: string): SettingsImport & { values: Record<string, unknown> } => {
    const { settings: values, leftOut: missing = [] } = JSON.parse(text) as SettingsFile;
    const changes = Object.entries(values).map(([place, value]) => ({
      ...{ place, before: JSON.stringify(hub.settings[place]) ?? null, after: JSON.stringify(value) },
    }));
    return { values, changes, missing };
  };
  return api.router({
    get: api.get.handler(({ input }) => ({ value: hub.settings[input.key] })),
    set: api.set.handler(({ input }) => {
      seen('settings.set', input);
      const value = settingSchema(input.key)?.safeParse(input.value);
      if (!value?.success) throw new ORPCError('REJECTED', { message: `${input.key} can't be that.` });
      keep({ ...hub.settings, [input.key]: value.data });
      return ok;
    }),
    reset: api.reset.handler(({ input }) => {
      seen('settings.reset', input);
      const { [input.key]: _, ...others } = hub.settings;
      keep(others);
      return ok;
    }),
    list: api.list.handler(() => hub.settings),
    export: api.export.handler(({ input }) => {
      seen('settings.export', input);
      const file = { kind: 'agor settings' as const, version: 1 as const, settings: hub.settings };
      return { file, leftOut: ['providers.claude.env.API_KEY'] };
    }),
    previewImport: api.previewImport.handler(({ input }) => {
      seen('settings.previewImport', input);
      const { changes, missing } = read(input.text);
      return { changes, missing };
    }),
    import: api.import.handler(({ input }) => {
      seen('settings.import', input);
      const { values, changes, missing } = read(input.text);
      keep({ ...hub.settings, ...values });
      return { changes, missing };
    }),
  });
}
