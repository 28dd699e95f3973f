import { ProviderSettings, settingsSchemas, type WatchFrame } from '@agor/protocol';
import type { z } from 'zod';
import type { WatchReader } from './watch.svelte.ts';

type Schemas = typeof settingsSchemas;
export type SettingName = keyof Schemas;

/** The person's settings. A value that is missing or that this build can't read counts as its default. */
export class SettingsStore implements WatchReader {
  #values = $state.raw<Record<string, unknown>>({});

  get<Name extends SettingName>(name: Name): z.output<Schemas[Name]> {
    const schema: z.ZodType = settingsSchemas[name];
    const read = schema.safeParse(this.#values[name]);
    return (read.success ? read.data : schema.parse(undefined)) as z.output<Schemas[Name]>;
  }

  provider(id: string): ProviderSettings {
    const read = ProviderSettings.safeParse(this.#values[`providers.${id}`] ?? {});
    return read.success ? read.data : ProviderSettings.parse({});
  }

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot' || frame.kind === 'settings') this.#values = frame.settings;
  }
}
