import type { ProjectId } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubBus } from '../events/index.ts';

/** What is told of files comes a little after it happened. In ms. */
const AFTER_TURN_MS = 5_000;

/** Whether an agent works, or did a moment ago: then what changes in its folder is taken for its own doing. */
export class OwnWork implements Disposable {
  /** When each agent's last turn ended, by the monotonic clock. No larger than the agents. */
  readonly #endedAt = new Map<ProjectId, number>();
  readonly #subscription: Disposable;

  constructor(
    bus: HubBus,
    private readonly clock: Clock,
    private readonly works: (agent: ProjectId) => boolean,
  ) {
    this.#subscription = bus.on('sessions', (changes) => {
      for (const { state, events } of changes)
        if (state.projectId !== null && events.some(({ kind }) => kind === 'turnEnded' || kind === 'processExited'))
          this.#endedAt.set(state.projectId, clock.monotonic());
    });
  }

  isBusy(agent: ProjectId): boolean {
    if (this.works(agent)) return true;
    const ended = this.#endedAt.get(agent);
    return ended !== undefined && this.clock.monotonic() - ended < AFTER_TURN_MS;
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }
}
