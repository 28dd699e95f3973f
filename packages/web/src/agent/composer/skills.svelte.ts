import type { ProjectId, ProviderId, Skill } from '@agor/protocol';
import type { HubClient } from '../../state/client.ts';

/** A prompt waits this long at most for the list of skills. */
const LIMIT_MS = 5000;

/** The skills that a provider finds for a project. Asked for when the person types a slash. */
export class SkillList {
  all = $state.raw<readonly Skill[]>([]);
  #asked: Promise<void> | null = null;
  #for = '';

  constructor(private readonly client: HubClient) {}

  /** Asks anew, and at once when it is for another provider or project. */
  load(provider: ProviderId, projectId: ProjectId | null): Promise<void> {
    const place = `${provider} ${projectId ?? ''}`;
    if (place !== this.#for) this.all = [];
    else if (this.#asked) return this.#asked;
    this.#for = place;
    this.#asked = this.#load(provider, projectId, place);
    return this.#asked;
  }

  /** The next `load` asks again. */
  forget(): void {
    this.#asked = null;
  }

  async #load(provider: ProviderId, projectId: ProjectId | null, place: string): Promise<void> {
    try {
      const signal = AbortSignal.timeout(LIMIT_MS);
      const found = await this.client.providers.skills({ provider, ...(projectId ? { projectId } : {}) }, { signal });
      if (place === this.#for) this.all = found;
    } catch {
      // Without an answer there are no skills in the menu; commands and the prompt itself work as ever.
      if (place === this.#for) this.#asked = null;
    }
  }
}
