import type { SpanPlace } from '../span-ids.ts';

/** Agents of which turns are remembered, and how many of each; the oldest go. */
const MAX_AGENTS = 1_000;
const MAX_TURNS = 8;

interface Turn {
  readonly from: number;
  readonly place: SpanPlace;
}

/** In which turn an agent was when: so that a prompt which brings its words can point there. */
export class RecentTurns {
  readonly #turns = new Map<string, readonly Turn[]>();

  note(agent: string, turn: Turn): void {
    const before = this.#turns.get(agent) ?? [];
    this.#turns.delete(agent);
    const again = before.at(-1)?.place.spanId === turn.place.spanId;
    this.#turns.set(agent, again ? before : [...before, turn].slice(-MAX_TURNS));
    const [oldest] = this.#turns.keys();
    if (this.#turns.size > MAX_AGENTS && oldest !== undefined) this.#turns.delete(oldest);
  }

  /** The agent's turn at that time, or the one before; undefined when none is remembered. */
  at(agent: string, time: number): SpanPlace | undefined {
    return this.#turns.get(agent)?.findLast(({ from }) => from <= time)?.place;
  }
}
