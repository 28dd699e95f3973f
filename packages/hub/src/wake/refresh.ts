import { AgentId, CommandId, type ProjectId, PromptId } from '@agor/protocol';
import type { Clock, Logger, Timer } from '@agor/runtime';
import { isBusy, openAsks } from '@agor/session';
import type { Core } from '../core/index.ts';
import { Failure } from '../failure.ts';
import type { Team } from '../team/index.ts';

export interface RefreshOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** The setting `refresh_minutes` of an agent; 0 = never. */
  readonly minutes: (id: ProjectId) => number;
  /** Agents that are in a group and switched on and that nothing holds, with their tier. */
  readonly agents: () => readonly { readonly id: ProjectId; readonly tier: 1 | 2 }[];
  readonly core: {
    readonly sessions: Pick<Core['sessions'], 'newestOf'>;
    readonly agents: Pick<Core['agents'], 'query'>;
  };
  readonly team: Pick<Team, 'note'>;
}

const LOOK_MS = 60_000;
const MINUTE_MS = 60_000;

const TEXTS = {
  1: 'This is a regular reminder. Read your role and your instructions again, then look at your inbox (`btmsg inbox`) and at the board (`bttask board`). Go on with what is yours to do. If there is nothing, say so in one sentence and stop.',
  2: 'This is a regular reminder. Read your instructions again, then look at your inbox (`btmsg inbox`) and at your tasks (`bttask list`). Go on with what is not finished. If there is nothing, say so in one sentence and stop.',
} as const;

/**
 * Reminds agents of their role after so many minutes without anything (spec §7.4): those that have a session in which nothing runs, waits,
 * failed or was stopped. Each reminder once for what came before it, also across restarts.
 */
export class Refresh implements Disposable {
  #timer: Timer | null = null;

  constructor(private readonly options: RefreshOptions) {}

  start(): void {
    this.#timer = this.options.clock.setInterval(() => this.#look(), LOOK_MS);
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
  }

  #look(): void {
    const { minutes, agents, log } = this.options;
    for (const { id, tier } of agents()) {
      const limit = minutes(id);
      if (limit === 0) continue;
      try {
        this.#remind(id, tier, limit);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        log.warn('an agent could not be reminded', { agent: id, why: error.message });
      }
    }
  }

  #remind(id: ProjectId, tier: 1 | 2, minutes: number): void {
    const { core, clock, team } = this.options;
    const state = core.sessions.newestOf(id);
    if (!state || isBusy(state) || state.stopping || state.queue.length > 0 || openAsks(state).length > 0) return;
    if (state.limit || state.budgetHold || state.undelivered.length > 0) return;
    // It never worked, failed, or was stopped by the person: that is theirs to mend.
    if (state.ended !== 'done') return;
    if (clock.now() - state.lastActivityAt < minutes * MINUTE_MS) return;
    const name = `refresh:${state.id}:${state.seq}`;
    const wake = `a reminder after ${minutes} min`;
    const prompt = { id: PromptId.parse(name), text: TEXTS[tier], images: [], source: 'agor' as const, wake };
    core.agents.query({ commandId: CommandId.parse(name), sessionId: state.id, prompt });
    team.note(
      AgentId.parse(id),
      'prompt_injection',
      `a reminder of its role after ${minutes} min, session ${state.id}`,
    );
  }
}
