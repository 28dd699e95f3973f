import { claude } from './claude/provider.ts';
import type { Adapter, ProviderDefinition } from './define.ts';
import { demo } from './demo/provider.ts';
import { keepRawAdapter } from './keep-raw.ts';

/** Every provider of this build, in the order in which people see them. A new provider is one line here. */
export const providers: readonly ProviderDefinition[] = [claude, demo];

/** The provider of that id, or undefined when this build has none. */
export function findProvider(id: string): ProviderDefinition | undefined {
  return providers.find((provider) => provider.id === id);
}

/** The adapter of a provider; for an id that this build does not know, one that keeps everything raw. */
export function adapterFor(id: string): Adapter {
  return findProvider(id)?.adapter ?? keepRawAdapter;
}
