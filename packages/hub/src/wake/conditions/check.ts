import { CHECK_LIMIT_MS, CheckResult, type ProjectId, type SandboxRequest } from '@agor/protocol';
import type { Machine } from '../../core/index.ts';
import { Failure } from '../../failure.ts';
import type { Condition } from './types.ts';

/** Where an agent's commands run. */
export interface CheckPlace {
  readonly cwd: string;
  readonly provider: string;
  readonly claudeConfigDir?: string | undefined;
  /** Absent: none is asked for. */
  readonly sandbox?: SandboxRequest | undefined;
}

export interface CheckConditionOptions {
  readonly machine: Pick<Machine, 'request'>;
  /** Throws `Failure` NOT_FOUND. */
  readonly place: (agent: ProjectId) => CheckPlace;
}

/** Checks that run at once; the others wait for their turn. */
const AT_ONCE = 2;
const MINUTE_MS = 60_000;
/** Beyond the machine's own limit, for what goes there and back. In ms. */
const ANSWER_MS = 15_000;
/** The machine was away: tried again after this time. In ms. */
const RETRY_MS = 30_000;

/**
 * Runs a command in the agent's folder every so often, and fires when it fails after it had succeeded. One that was never seen to succeed
 * wakes nobody: nothing changed.
 */
export function checkCondition({ machine, place }: CheckConditionOptions): Condition {
  let running = 0;
  const waiting: (() => void)[] = [];
  const next = (): void => {
    if (running < AT_ONCE) waiting.shift()?.();
  };

  return (trigger, watcher) => {
    const { condition, agentId } = trigger;
    if (condition.kind !== 'check') throw new Error('this is no check');
    const { clock } = watcher;
    const { command } = condition;
    const everyMs = condition.everyMin * MINUTE_MS;
    const ended = new AbortController();
    let last = trigger.check;
    let timer = clock.setTimeout(queue, last ? Math.min(everyMs, Math.max(0, last.at + everyMs - clock.now())) : 0);

    function queue(): void {
      waiting.push(() => void run());
      next();
    }

    async function run(): Promise<void> {
      if (ended.signal.aborted) return next();
      running++;
      let again = everyMs;
      try {
        take(await ask());
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (!ended.signal.aborted) watcher.problem(`The command could not be run: ${error.message}`);
        again = Math.min(RETRY_MS, everyMs);
      } finally {
        running--;
        if (!ended.signal.aborted) timer = clock.setTimeout(queue, again);
        next();
      }
    }

    async function ask(): Promise<{ readonly at: number; readonly result: CheckResult }> {
      const at = clock.now();
      const result = await machine.request(
        'checks.run',
        { ...place(agentId), projectId: agentId, command },
        { timeoutMs: CHECK_LIMIT_MS + ANSWER_MS, signal: ended.signal },
      );
      return { at, result: CheckResult.parse(result) };
    }

    function take({ at, result }: { readonly at: number; readonly result: CheckResult }): void {
      if (ended.signal.aborted) return; // stopped, changed or removed while it ran
      watcher.problem(null);
      const { code, why, tail, confined } = result;
      const check = { ok: code === 0, at, tail, confined };
      const wasOk = last?.ok === true;
      last = check;
      if (check.ok || !wasOk) {
        watcher.remember({ check });
        return;
      }
      const said = tail === '' ? 'It said nothing.' : `The end of what it said:\n\n\`\`\`\n${tail}\n\`\`\``;
      watcher.fire(at, `\`${command}\` fails (${why}); it succeeded before`, { check }, said);
    }

    return {
      [Symbol.dispose]: () => {
        ended.abort();
        timer.cancel();
      },
    };
  };
}
