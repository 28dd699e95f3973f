import { type ProviderOverrides, ProviderSettings } from '@agor/protocol';

/**
 * The settings `providers.<family>` as they count in a project: what the project names comes first, `env` and `config` name by name.
 * Undefined when nobody decided anything.
 */
export function effectiveSettings(
  settings: ProviderSettings | undefined,
  overrides: ProviderOverrides | undefined,
): ProviderSettings | undefined {
  if (!overrides) return settings;
  const all = settings ?? ProviderSettings.parse({});
  const named = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  return {
    ...all,
    ...named,
    env: { ...all.env, ...overrides.env },
    config: { ...all.config, ...overrides.config },
  };
}
