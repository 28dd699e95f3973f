import type { ModelInfo, ProjectId, ProviderId } from '@agor/protocol';
import { SvelteMap } from 'svelte/reactivity';
import type { HubClient } from './client.ts';
import { explain } from './commands.svelte.ts';

export interface ModelList {
  readonly models: readonly ModelInfo[];
  readonly busy: boolean;
  /** Why there is no newer list, in words for the person. */
  readonly problem: string;
}

const NONE: ModelList = { models: [], busy: false, problem: '' };
/** A local server that has to wake up may take a while; longer than this it does not answer. */
const LIMIT_MS = 20_000;

/** The models that programs and servers of the providers offer now. Asked for when somebody is about to choose. */
export class ModelsStore {
  readonly #lists = new SvelteMap<string, ModelList>();

  constructor(private readonly client: HubClient) {}

  of(provider: ProviderId | undefined, projectId: ProjectId | null = null): ModelList {
    return this.#lists.get(keyOf(provider, projectId)) ?? NONE;
  }

  /** Asks anew; what was known stays until there is an answer. */
  async load(provider: ProviderId, projectId: ProjectId | null = null): Promise<void> {
    const key = keyOf(provider, projectId);
    const known = this.#lists.get(key) ?? NONE;
    if (known.busy) return;
    this.#lists.set(key, { ...known, busy: true });
    try {
      const signal = AbortSignal.timeout(LIMIT_MS);
      const models = await this.client.providers.models({ provider, ...(projectId ? { projectId } : {}) }, { signal });
      this.#lists.set(key, { models, busy: false, problem: '' });
    } catch (error) {
      this.#lists.set(key, { ...known, busy: false, problem: explain(error) });
    }
  }
}

function keyOf(provider: string | undefined, projectId: string | null): string {
  return `${provider ?? ''} ${projectId ?? ''}`;
}
