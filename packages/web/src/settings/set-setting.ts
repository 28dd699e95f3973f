import type { ProviderSettings } from '@agor/protocol';
import type { App } from '../state/app.svelte.ts';
import type { Outcome } from '../state/commands.svelte.ts';
import type { SettingName } from '../state/settings.svelte.ts';

type Done = Promise<Outcome<{ ok: true }>>;

/** Writes one setting; the page follows when the hub has it. */
export function settingSetter({ commands, client }: App) {
  return (key: SettingName, value: unknown): Done =>
    commands.run(`setting:${key}`, 'The setting was not changed', (commandId, options) =>
      client.settings.set({ commandId, key, value }, options),
    );
}

/** Takes one setting back to its default. */
export function resetter({ commands, client }: App) {
  return (key: SettingName): Done =>
    commands.run(`setting:${key}`, 'The setting was not reset', (commandId, options) =>
      client.settings.reset({ commandId, key }, options),
    );
}

/**
 * Changes some of a provider's settings and keeps the others, also what another window changes meanwhile. `base`: what the edit began with,
 * where that is older than what is shown now.
 */
export function providerSetter({ commands, client, settings }: App) {
  return (id: string, change: Partial<ProviderSettings>, base: Partial<ProviderSettings> = {}): Done =>
    commands.run(`provider:${id}`, 'The agent’s settings were not changed', (commandId, options) => {
      const shown = settings.provider(id);
      const value = { ...shown, ...change };
      return client.settings.set({ commandId, key: `providers.${id}`, value, base: { ...shown, ...base } }, options);
    });
}
