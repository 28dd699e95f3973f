import type { SessionEvent, SessionId } from '@agor/protocol';
import type { Clock, Timer } from '@agor/runtime';
import type { SessionChange } from '../events/index.ts';

/** How often is looked whether the machine has told all, in ms. */
const LOOK_MS = 100;
/** Events kept of one session; of more, the oldest are forgotten: the last ones say how it came out. */
const MAX_EVENTS = 200;

/** Whether something of it can still matter when all is known. */
function matters({ kind }: SessionEvent): boolean {
  return kind !== 'message' && kind !== 'agentInfo' && kind !== 'promptDelivered';
}

/**
 * What happened while the hub was away comes in one flood: it is told by how it came out, so of ten turns that ended and three asks that
 * were answered meanwhile nobody hears; of the one that waits, they do.
 */
export class CatchUp implements Disposable {
  readonly #gathered = new Map<SessionId, SessionChange>();
  #timer: Timer | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly isCatchingUp: () => boolean,
    private readonly tell: (change: SessionChange) => void,
  ) {}

  /** Whether it keeps the change for later. */
  take({ sessionId, events, state }: SessionChange): boolean {
    if (!this.isCatchingUp()) {
      this.#flush();
      return false;
    }
    const before = this.#gathered.get(sessionId)?.events ?? [];
    this.#gathered.set(sessionId, {
      sessionId,
      state,
      events: [...before, ...events.filter(matters)].slice(-MAX_EVENTS),
    });
    this.#timer ??= this.clock.setInterval(() => this.#look(), LOOK_MS);
    return true;
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
  }

  #look(): void {
    if (!this.isCatchingUp()) this.#flush();
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const all = [...this.#gathered.values()];
    this.#gathered.clear();
    for (const change of all) this.tell(change);
  }
}
