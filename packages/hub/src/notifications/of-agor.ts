import type { MachineState, Problem } from '@agor/protocol';
import type { Clock, Timer } from '@agor/runtime';
import type { Draft } from './draft.ts';

/** A machine that is back within this time was not missed. In ms. */
const LOST_AFTER_MS = 15_000;

type Tell = (draft: Draft) => void;

/** What is wrong with agor itself and with its machine, each once while it lasts. */
export class AgorWatcher implements Disposable {
  #known = new Set<string>();
  #machine: MachineState['state'] = 'starting';
  #told: MachineState['state'] | null = null;
  #timer: Timer | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly tell: Tell,
  ) {}

  problems(problems: readonly Problem[]): void {
    for (const { code, message, since } of problems)
      if (!this.#known.has(code)) this.tell(system(`problem:${code}:${since}`, 'error', 'agor has a problem', message));
    this.#known = new Set(problems.map(({ code }) => code));
  }

  machine({ state, since, message }: MachineState): void {
    this.#machine = state;
    if (state === 'connected') this.#told = null;
    if (state === this.#told) return;
    if (state === 'outdated') {
      this.#told = state;
      this.tell(system(`machine:${state}:${since}`, 'info', 'The machine is of an older agor', message ?? ''));
    }
    if (state === 'lost' || state === 'failed')
      this.#timer ??= this.clock.setTimeout(() => {
        this.#timer = null;
        this.#stillLost(since, message);
      }, LOST_AFTER_MS);
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
  }

  #stillLost(since: number, message: string | null): void {
    const isLost = this.#machine === 'lost' || this.#machine === 'failed' || this.#machine === 'starting';
    if (!isLost || this.#told === 'lost') return;
    this.#told = 'lost';
    const title = 'The machine does not answer: nothing is heard of its agents';
    this.tell(system(`machine:lost:${since}`, 'error', title, message ?? ''));
  }
}

function system(key: string, level: Draft['level'], title: string, body: string): Draft {
  return { key, type: 'system', level, title, body, projectId: null, sessionId: null };
}
