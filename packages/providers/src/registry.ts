import { ProviderId, type ProviderSettings, providerFamily, providerVariant } from '@agor/protocol';
import { acp } from './acp/provider.ts';
import { aider } from './aider/provider.ts';
import { claude } from './claude/provider.ts';
import { codex } from './codex/provider.ts';
import type { Adapter, ProviderDefinition, ProviderVariant } from './define.ts';
import { demo } from './demo/provider.ts';
import { keepRawAdapter } from './keep-raw.ts';
import { ollama } from './ollama/provider.ts';

/** Every provider of this build, in the order in which people see them; a family is one line. A new provider is one line here. */
export const providers: readonly ProviderDefinition[] = [claude, codex, ollama, acp, aider, demo];

/** The settings `providers.<family>` by family. */
export type FamilySettings = Readonly<Record<string, ProviderSettings>>;

/** What people can choose: every provider that is one agent, and every agent of the families as the settings have them. */
export function choosableProviders(
  settings: FamilySettings,
  known: readonly ProviderDefinition[] = providers,
): ProviderDefinition[] {
  return known.flatMap((family) =>
    family.variants ? family.variants(settings[family.id]).map((variant) => asProvider(family, variant)) : [family],
  );
}

/**
 * The provider of that id, or undefined when this build, or for an agent of a family its settings, have none. Without
 * settings the agents that a family knows by itself are found.
 */
export function findProvider(id: string, settings?: ProviderSettings): ProviderDefinition | undefined {
  const parsed = ProviderId.safeParse(id);
  if (!parsed.success) return undefined;
  const family = providers.find((provider) => provider.id === providerFamily(parsed.data));
  const name = providerVariant(parsed.data);
  if (!family?.variants) return name === null ? family : undefined;
  const variant = family.variants(settings).find((one) => one.name === name);
  return variant && asProvider(family, variant);
}

/** The agent of a family that an id means, with what only its settings know; undefined for a provider that is one agent. */
export function findVariant(id: ProviderId, settings: ProviderSettings | undefined): ProviderVariant | undefined {
  const family = providers.find((provider) => provider.id === providerFamily(id));
  return family?.variants?.(settings).find((one) => one.name === providerVariant(id));
}

/** The adapter of a provider; for an id that this build does not know, one that keeps everything raw. */
export function adapterFor(id: string): Adapter {
  const family = id.split(':', 1)[0];
  return providers.find((provider) => provider.id === family)?.adapter() ?? keepRawAdapter;
}

function asProvider(family: ProviderDefinition, variant: ProviderVariant): ProviderDefinition {
  const { variants: _, ...shared } = family;
  const { name, command: _command, env: _env, runConfig: _runConfig, capabilities, ...own } = variant;
  return {
    ...shared,
    ...own,
    id: ProviderId.parse(`${family.id}:${name}`),
    capabilities: { ...family.capabilities, ...capabilities },
  };
}
