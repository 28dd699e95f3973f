import type { MachineState } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubBus } from '../events/index.ts';

/** How the machine is doing, as the last probe saw it; every change is told on the bus. */
export class MachineStatus {
  #current: MachineState;

  constructor(
    private readonly bus: HubBus,
    private readonly clock: Clock,
  ) {
    this.#current = { state: 'starting', since: clock.now(), pid: null, build: null, message: null };
  }

  get current(): MachineState {
    return this.#current;
  }

  /** `since` stays while the state does. */
  set(state: MachineState['state'], more: Partial<Omit<MachineState, 'state' | 'since'>>): void {
    const { pid, build, message } = { ...this.#current, ...more };
    const since = state === this.#current.state ? this.#current.since : this.clock.now();
    this.#current = { state, since, pid, build, message };
    this.bus.emit('machine', this.#current);
  }
}
