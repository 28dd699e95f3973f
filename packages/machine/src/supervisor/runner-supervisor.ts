import type { ErrorClass, FromRunner, MachineCommand, MachineEvent, RunnerHealth, SessionId } from '@agor/protocol';
import type { Clock, Logger, Timer } from '@agor/runtime';
import { afterLine, afterSet, orderOf, type StartOrder } from './reopen-options.ts';
import {
  exitWords,
  isHopeless,
  judgeExit,
  MAX_TRIES,
  type RunnerExit,
  restartDelayMs,
  STABLE_MS,
  TRY_LIMIT_MS,
} from './restart-policy.ts';

export interface RunnerSupervisorDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** From 0 to 1; spreads the tries. */
  readonly random: () => number;
  readonly tell: (event: HealthEvent) => void;
  /** A session's next try is due: `beginTry`, start, then `opened` or `tryFailed`, in the order of the session's commands. */
  readonly due: (sessionId: SessionId) => void;
  /** A try hangs: its runner is to be ended, which counts as a crash. */
  readonly hangs: (sessionId: SessionId, reason: string) => void;
}

export type HealthEvent = Extract<MachineEvent, { kind: 'health' }>;

/** `running`: it has a runner, or a person's start is under way. `waiting`: for its next try. `trying`: the try is under way. */
type Phase = 'running' | 'waiting' | 'trying';

interface Supervised {
  order: StartOrder;
  phase: Phase;
  /** Since it was stable last. */
  crashes: number;
  lastError: string;
  /** Waiting: for the next try, null once it is due. Trying: until it counts as hung. Running after a crash: until it counts as stable. */
  timer: Timer | null;
}

/**
 * Starts runners again that crashed (spec §3.11): after 1 s × 2ⁿ, at most MAX_TRIES times until one was stable for STABLE_MS. It
 * decides and counts; the sidecar manager starts. In memory only, one record for each session that runs or is being restarted: what
 * a machine died with is started by the next prompt.
 */
export class RunnerSupervisor {
  readonly #sessions = new Map<SessionId, Supervised>();
  #closed = false;

  constructor(private readonly deps: RunnerSupervisorDeps) {}

  /** Sessions whose runner is being restarted. */
  restarting(): SessionId[] {
    return [...this.#sessions].filter(([, { phase }]) => phase !== 'running').map(([id]) => id);
  }

  /** A query or an open is about to be carried out. While no runner lives, this takes the place of what was to be tried by itself. */
  ordered(sessionId: SessionId, order: StartOrder, isAlive: boolean): void {
    const known = this.#sessions.get(sessionId);
    if (known && isAlive) {
      known.order = orderOf(order, known.order);
      return;
    }
    this.#forget(sessionId);
    this.#sessions.set(sessionId, { order: orderOf(order), phase: 'running', crashes: 0, lastError: '', timer: null });
  }

  /** A person changed settings; what a live runner took of them it tells itself. */
  set(command: Extract<MachineCommand, { kind: 'set' }>): void {
    const known = this.#sessions.get(command.sessionId);
    if (known && known.phase !== 'running') known.order = afterSet(known.order, command);
  }

  heard(sessionId: SessionId, line: FromRunner): void {
    const known = this.#sessions.get(sessionId);
    if (!known) return;
    known.order = afterLine(known.order, line);
    if (line.type === 'opened') this.opened(sessionId);
  }

  /** A try succeeded. */
  opened(sessionId: SessionId): void {
    const known = this.#sessions.get(sessionId);
    if (known?.phase !== 'trying') return;
    const { crashes, lastError } = known;
    known.timer?.cancel();
    known.phase = 'running';
    known.timer = this.deps.clock.setTimeout(() => this.#stable(sessionId, known), STABLE_MS);
    this.#tell(sessionId, { state: 'degraded', restarts: crashes, lastError });
  }

  /** A runner is gone altogether. What this returns belongs into the journal before the exit itself. */
  exited(sessionId: SessionId, exit: RunnerExit): HealthEvent[] {
    const known = this.#sessions.get(sessionId);
    if (!known) return [];
    const verdict = this.#closed ? 'ended' : judgeExit(exit, known.phase === 'trying');
    known.timer?.cancel();
    if (verdict === 'ended') {
      this.#sessions.delete(sessionId);
      return [];
    }
    return [healthEvent(sessionId, this.#crashed(sessionId, known, exitWords(exit), verdict === 'hopeless'))];
  }

  /** What is to be started, now that it is the session's turn; null when a person was faster. */
  beginTry(sessionId: SessionId): StartOrder | null {
    const known = this.#sessions.get(sessionId);
    if (this.#closed || known?.phase !== 'waiting' || known.timer !== null) return null;
    known.phase = 'trying';
    known.timer = this.deps.clock.setTimeout(() => {
      this.deps.hangs(sessionId, `the agent did not come up within ${TRY_LIMIT_MS / 1000} s`);
    }, TRY_LIMIT_MS);
    return known.order;
  }

  /** A try came to nothing before there was a runner; of one that had a runner, its exit has told already. */
  tryFailed(sessionId: SessionId, failure: { readonly message: string; readonly class: ErrorClass }): void {
    const known = this.#sessions.get(sessionId);
    if (known?.phase !== 'trying') return;
    this.#tell(sessionId, this.#crashed(sessionId, known, failure.message, isHopeless(failure.class)));
  }

  /** A person stops the session: nothing is tried any more. */
  stopped(sessionId: SessionId): void {
    this.#forget(sessionId);
  }

  /** The machine ends: nothing is restarted from here on. */
  close(): void {
    for (const sessionId of this.restarting()) this.#forget(sessionId);
    this.#closed = true;
    for (const { timer } of this.#sessions.values()) timer?.cancel();
  }

  #crashed(sessionId: SessionId, known: Supervised, error: string, hopeless: boolean): RunnerHealth {
    const { clock, random, log } = this.deps;
    known.timer?.cancel();
    known.crashes++;
    known.lastError = error;
    if (hopeless || known.crashes > MAX_TRIES) {
      this.#sessions.delete(sessionId);
      log.error('a runner is not started again', { sessionId, error, crashes: known.crashes });
      return { state: 'failed', attempts: known.crashes - 1, lastError: hopeless ? error : gaveUp(error) };
    }
    const delayMs = restartDelayMs(known.crashes - 1, random);
    known.phase = 'waiting';
    known.timer = clock.setTimeout(() => {
      known.timer = null;
      this.deps.due(sessionId);
    }, delayMs);
    log.warn('a runner crashed and is started again', { sessionId, error, attempt: known.crashes, delayMs });
    return {
      state: 'restarting',
      attempt: known.crashes,
      maxAttempts: MAX_TRIES,
      nextRetryAt: clock.now() + delayMs,
      lastError: error,
    };
  }

  #stable(sessionId: SessionId, known: Supervised): void {
    known.timer = null;
    known.crashes = 0;
    this.#tell(sessionId, { state: 'healthy' });
  }

  #forget(sessionId: SessionId): void {
    const known = this.#sessions.get(sessionId);
    if (!known) return;
    known.timer?.cancel();
    this.#sessions.delete(sessionId);
    if (known.phase === 'waiting') this.#tell(sessionId, { state: 'healthy' });
  }

  #tell(sessionId: SessionId, health: RunnerHealth): void {
    this.deps.tell(healthEvent(sessionId, health));
  }
}

function healthEvent(sessionId: SessionId, health: RunnerHealth): HealthEvent {
  return { kind: 'health', sessionId, health };
}

function gaveUp(error: string): string {
  const reason = error.replace(/\.$/, '');
  return `${reason}. It was started again ${MAX_TRIES} times and crashed each time: send a prompt or restart it to try once more.`;
}
