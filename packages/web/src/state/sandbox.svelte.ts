import type { ProjectId, ProviderId, SandboxStatus } from '@agor/protocol';
import { SvelteMap } from 'svelte/reactivity';
import type { HubClient } from './client.ts';
import { explain } from './commands.svelte.ts';

export interface SandboxProbe {
  readonly status: SandboxStatus | null;
  readonly problem: string;
}

const NONE: SandboxProbe = { status: null, problem: '' };
const LIMIT_MS = 20_000;

/** What would confine an agent that is started now, as a probe of the machine says. Asked for when somebody looks. */
export class SandboxStore {
  readonly #probes = new SvelteMap<string, SandboxProbe>();

  constructor(private readonly client: HubClient) {}

  of(projectId: ProjectId, provider: ProviderId | undefined): SandboxProbe {
    return this.#probes.get(`${projectId} ${provider ?? ''}`) ?? NONE;
  }

  async probe(projectId: ProjectId, provider: ProviderId | undefined): Promise<void> {
    const key = `${projectId} ${provider ?? ''}`;
    try {
      const signal = AbortSignal.timeout(LIMIT_MS);
      const status = await this.client.providers.sandbox({ projectId, ...(provider ? { provider } : {}) }, { signal });
      this.#probes.set(key, { status, problem: '' });
    } catch (error) {
      this.#probes.set(key, { status: this.of(projectId, provider).status, problem: explain(error) });
    }
  }
}
