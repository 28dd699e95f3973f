import type { RunnerHealth, SessionState, SessionStatus } from '@agor/protocol';
import { errorTitle } from '../rows/row-words.logic.ts';
import { clockTime, duration } from '../words.ts';

export interface Strip {
  text: string;
  detail: string;
  tone: 'plain' | 'peach' | 'red';
  spins: boolean;
}

/** What the session does now, in a line; null when there is nothing to say. */
export function stripOf(live: SessionState, status: SessionStatus, now: number): Strip | null {
  const plain = (text: string, detail = '', spins = false): Strip => ({ text, detail, tone: 'plain', spins });
  const ran = live.turn ? duration(Math.max(0, now - live.turn.startedAt)) : '';
  switch (status) {
    case 'starting':
      return plain('Starting the agent', '', true);
    case 'running':
      return plain(`Running · ${ran}`, activeTool(live), true);
    case 'stopping':
      return plain('Stopping', '', true);
    case 'waiting':
      return plain(`Waits for you · ${ran}`);
    case 'paused':
      // The card above tells what a budget stopped.
      if (live.budgetHold && live.pausedReason === null) return null;
      return { ...plain('Paused', live.pausedReason ?? ''), tone: 'peach' };
    case 'retrying':
      if (live.health.state === 'restarting') return { ...restarting(live.health, now), tone: 'peach' };
      return { ...plain(retryLine(live, now), live.retry?.message ?? '', true), tone: 'peach' };
    case 'limited': {
      const until = live.limit?.until ? ` · resets ${clockTime(live.limit.until, now)}` : '';
      return { ...plain(`At a usage limit${until}`, live.limit?.message ?? live.limit?.limit ?? ''), tone: 'peach' };
    }
    case 'unreachable':
      return {
        ...plain('The machine does not answer', 'The agent may go on; agor tries to reach it.', true),
        tone: 'red',
      };
    case 'failed':
      return { ...failure(live), tone: 'red', spins: false };
    case 'idle':
    case 'done':
    case 'stopped':
      return null;
  }
}

function retryLine({ retry }: SessionState, now: number): string {
  if (!retry) return 'Trying again';
  const left = Math.ceil((retry.until - now) / 1000);
  const often = retry.maxAttempts ? `${retry.attempt} of ${retry.maxAttempts}` : String(retry.attempt);
  return `${errorTitle(retry.class)} · ${left > 0 ? `tries again in ${left} s` : 'trying again'} (${often})`;
}

/** The agent's process crashed and is being started again. */
function restarting(health: Extract<RunnerHealth, { state: 'restarting' }>, now: number): Omit<Strip, 'tone'> {
  const left = Math.ceil((health.nextRetryAt - now) / 1000);
  const when = left > 0 ? `starts again in ${left} s` : 'starting again';
  const text = `The agent crashed · ${when} (${health.attempt} of ${health.maxAttempts})`;
  return { text, detail: health.lastError ?? '', spins: true };
}

function activeTool({ activeTools }: SessionState): string {
  const tool = activeTools.at(-1);
  if (!tool) return '';
  const more = activeTools.length > 1 ? ` and ${activeTools.length - 1} more` : '';
  return `${tool.name}${tool.title ? ` ${tool.title.split('\n', 1)[0]}` : ''}${more}`;
}

/** A class says it all, and its card in the transcript tells the rest; else the vendor's own words are needed. */
function failure({ error, health }: SessionState): Pick<Strip, 'text' | 'detail'> {
  if (health.state === 'failed') {
    return { text: `The agent crashed; ${health.attempts} restarts did not help`, detail: health.lastError };
  }
  if (error && error.class !== 'unknown') return { text: errorTitle(error.class), detail: '' };
  return { text: 'Failed', detail: error?.message ?? '' };
}
