import type { AgentId, ProjectId, SessionState } from '@agor/protocol';
import type { HubBus } from '../events/index.ts';

export interface LivenessOptions {
  readonly bus: HubBus;
  /** The newest session of an agent; null when it never had one. */
  readonly newestOf: (id: AgentId) => SessionState | null;
}

/** Tells whoever shows the team that an agent of it has started or ended: it is known as active for as long as a process of it lives. */
export class Liveness implements Disposable {
  readonly #live = new Set<ProjectId>();
  readonly #subscription: Disposable;

  constructor(private readonly options: LivenessOptions) {
    this.#subscription = options.bus.on('sessions', (changes) => {
      const ids = new Set(changes.flatMap(({ state }) => (state.projectId === null ? [] : [state.projectId])));
      if ([...ids].filter((id) => this.#flips(id)).length > 0) options.bus.emit('team', [{ kind: 'agents' }]);
    });
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }

  /** Bounded by the agents that live. */
  #flips(id: ProjectId): boolean {
    const lives = this.options.newestOf(id as string as AgentId)?.process != null;
    if (lives === this.#live.has(id)) return false;
    if (lives) this.#live.add(id);
    else this.#live.delete(id);
    return true;
  }
}
