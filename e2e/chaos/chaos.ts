import type { Connection } from '@agor/cli';
import type { SessionEvent, SessionId, SessionSummary } from '@agor/protocol';
import { delay, systemClock } from '@agor/runtime';
import { isBusy } from '@agor/session';
import { Random } from '../world/random.ts';
import { World } from '../world/world.ts';
import { Actor } from './actor.ts';
import { FAULTS, type Fault, strike } from './faults.ts';
import { Observer } from './observer.ts';
import { judge } from './oracle.ts';
import { persist } from './persist.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly sessions: number;
  readonly prompts: number;
  readonly faults: number;
  readonly log?: (line: string) => void;
}

export interface ChaosResult {
  readonly faults: string[];
  readonly events: number;
  readonly struck: Fault[];
}

/** After the last fault everything must come to rest within this, in ms. */
const SETTLE_LIMIT_MS = 90_000;
/** News that is on its way when everything has come to rest arrives within this, in ms. */
const VERDICT_LIMIT_MS = 10_000;
/** A moment with no event at all is as good as any to strike, in ms. */
const QUIET_MS = 400;

/**
 * Demo agents at work while processes are killed and sockets cut at moments that the seed chooses (counted in events
 * seen); then peace, and the oracle compares what was promised and what clients saw with the logs.
 */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const random = new Random(options.seed);
  await using world = new World({ name: `chaos-${options.seed}` });
  await world.serve();
  const run = new Run(world, random);
  for (let n = 0; n < options.sessions; n++) await run.addSession(`s${n}`);
  const [, struck] = await Promise.all([run.prompts(options.prompts), run.strikes(options.faults, options.log)]);
  const faults = await run.settle();
  faults.push(...(await run.verdict()));
  await run.end();
  const left = await world.shutdown();
  faults.push(...left.map((process) => `left behind after shutdown: ${process}`));
  return { faults, events: run.events, struck };
}

class Run {
  readonly #actors: Actor[] = [];
  readonly #observers: Observer[] = [];
  events = 0;
  /** Resolves the wait of `strikes` when enough events went by. */
  #onEvent: (() => void) | null = null;

  constructor(
    private readonly world: World,
    private readonly random: Random,
  ) {}

  async addSession(name: string): Promise<void> {
    const actor = new Actor(this.world, this.random, name);
    const sessionId = await actor.begin();
    this.#actors.push(actor);
    for (let window = 0; window < 2; window++) {
      const observer = new Observer(this.world.paths, sessionId, (event) => {
        if (window === 0) this.#see(actor, event);
      });
      observer.start(await this.world.connect());
      this.#observers.push(observer);
    }
  }

  #see(actor: Actor, event: SessionEvent): void {
    this.events += 1;
    actor.see(event);
    this.#onEvent?.();
  }

  async prompts(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      await Promise.all(this.#actors.map((actor) => actor.prompt()));
      if (this.random.chance(0.5)) await this.#eventsPassed(this.random.between(5, 150));
    }
  }

  async strikes(count: number, log?: (line: string) => void): Promise<Fault[]> {
    const struck: Fault[] = [];
    for (let n = 0; n < count; n++) {
      await this.#eventsPassed(this.random.between(1, 200));
      const fault = this.random.pick(FAULTS);
      log?.(`  after ${this.events} events: ${fault}`);
      const live = await this.#pids();
      await strike(fault, { world: this.world, random: this.random, observers: this.#observers, runners: () => live });
      struck.push(fault);
    }
    return struck;
  }

  /** Waits until so many more events were seen, or nothing happened for a while. */
  async #eventsPassed(count: number): Promise<void> {
    const goal = this.events + count;
    while (this.events < goal) {
      const next = new Promise<true>((resolve) => {
        this.#onEvent = () => resolve(true);
      });
      if (!(await Promise.race([next, delay(systemClock, QUIET_MS).then(() => false)]))) return;
    }
  }

  /** Peace: every session comes to rest, and the last prompts go through. Returns what did not. */
  async settle(): Promise<string[]> {
    const deadline = systemClock.monotonic() + SETTLE_LIMIT_MS;
    for (let _round = 0; systemClock.monotonic() < deadline; _round++) {
      await Promise.all(this.#actors.map((actor) => actor.drained()));
      const summaries = await this.#summaries();
      const restless = summaries.filter(
        (s) => isBusy(s.state) || ['unreachable', 'stopping', 'retrying'].includes(s.status),
      );
      const stuck = summaries.filter((s) => !restless.includes(s) && s.state.queue.length > 0);
      for (const s of stuck) await this.#actorOf(s.state.id).settle();
      if (restless.length === 0 && stuck.length === 0 && (await this.#caughtUp(summaries))) return [];
      await delay(systemClock, 50);
    }
    const summaries = await this.#summaries();
    return summaries.map(
      (s) =>
        `session ${s.state.id.slice(0, 8)} did not come to rest: ${s.status}, ${s.state.queue.length} queued, ` +
        `${s.state.inFlight.length} in flight, turn ${s.state.turn ? 'runs' : 'none'}, windows at ${this.#seqs(s.state.id)} of ${s.state.seq}`,
    );
  }

  async #caughtUp(summaries: readonly SessionSummary[]): Promise<boolean> {
    return summaries.every((s) => this.#windowsOf(s.state.id).every((o) => o.seq >= s.state.seq));
  }

  /**
   * The verdict when all news has arrived: a process that has just been killed is told a moment later, and a summary and
   * a log are read one after the other. What is still wrong after the limit stays wrong.
   */
  async verdict(): Promise<string[]> {
    const deadline = systemClock.monotonic() + VERDICT_LIMIT_MS;
    for (;;) {
      const faults = await this.#judge();
      if (faults.length === 0 || systemClock.monotonic() > deadline) return faults;
      await delay(systemClock, 100);
    }
  }

  async #judge(): Promise<string[]> {
    const faults: string[] = [];
    for (const summary of await this.#summaries()) {
      const id = summary.state.id;
      const actor = this.#actorOf(id);
      const log = await this.#log(id);
      const observers = this.#windowsOf(id);
      faults.push(...judge({ summary, log, promised: actor.promised, observers, cwd: summary.state.cwd }));
    }
    return faults;
  }

  async end(): Promise<void> {
    await Promise.all(this.#observers.map((observer) => observer.stop()));
  }

  #windowsOf(id: SessionId): Observer[] {
    return this.#observers.filter((o) => o.sessionId === id);
  }

  #seqs(id: SessionId): string {
    return this.#windowsOf(id)
      .map((o) => o.seq)
      .join(' and ');
  }

  #actorOf(id: SessionId): Actor {
    const actor = this.#actors.find((a) => a.sessionId === id);
    if (!actor) throw new Error(`a session that nobody made: ${id}`);
    return actor;
  }

  async #pids(): Promise<number[]> {
    return (await this.#summaries()).flatMap((s) => (s.state.process ? [s.state.process.pid] : []));
  }

  #summaries(): Promise<SessionSummary[]> {
    return this.#ask(({ client }) => client.session.list({}));
  }

  async #log(sessionId: SessionId): Promise<SessionEvent[]> {
    const pages: SessionEvent[][] = [];
    let before = Number.MAX_SAFE_INTEGER;
    while (before > 1) {
      const page = await this.#ask(({ client }) => client.persistence.page({ sessionId, before, limit: 2000 }));
      if (page.events.length === 0) break;
      pages.unshift(page.events);
      before = page.events[0]?.seq ?? 1;
    }
    return pages.flat();
  }

  async #ask<T>(question: (connection: Connection) => Promise<T>): Promise<T> {
    const done = await persist(this.world.paths, question);
    if ('refused' in done) throw new Error(`the hub refused a question: ${done.refused}`);
    return done.answer;
  }
}
