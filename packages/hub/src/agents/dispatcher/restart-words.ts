import type { BodyOf, RunnerHealth, SessionState } from '@agor/protocol';
import type { Continuity } from '@agor/providers';
import { isRestarting, openAsks } from '@agor/session';

type Notice = BodyOf<'notice'>;

/** What a crash took with it that the restart won't bring back; null when the agent was at rest. */
export function lossNotice(state: SessionState): Notice | null {
  const asks = openAsks(state).length;
  const parts = [
    ...(state.turn
      ? ['The running turn was lost: what it did until then stands above, and nothing of it is repeated.']
      : []),
    ...(asks > 0 ? [`${asks === 1 ? 'An open ask' : `${asks} open asks`} can still be answered.`] : []),
    ...(state.queue.length > 0 && state.turn ? ['The queue waits for you.'] : []),
  ];
  if (parts.length === 0) return null;
  return { kind: 'notice', level: 'warning', code: 'crash-lost', message: parts.join(' ') };
}

/** What the person should know when the supervisor's judgement changes. `state` is that before. */
export function noticesOf(health: RunnerHealth, state: SessionState, continuity: Continuity): Notice[] {
  if (health.state === 'failed')
    return [{ kind: 'notice', level: 'error', code: 'restart-failed', message: health.lastError }];
  if (health.state !== 'degraded' || !isRestarting(state)) return [];
  const { lastError } = health;
  const why = lastError === undefined ? '' : ` (${lastError.replace(/\.$/, '')})`;
  const { level, words } = conversationWords(state, continuity);
  return [
    { kind: 'notice', level, code: 'restarted', message: `The agent crashed${why} and was started again. ${words}` },
  ];
}

function conversationWords(state: SessionState, continuity: Continuity): { level: Notice['level']; words: string } {
  if (continuity === 'history')
    return { level: 'info', words: 'The conversation goes on with the next prompt, from what stands above.' };
  if (continuity === 'anew')
    return {
      level: 'warning',
      words: "This agent can't resume a conversation: it begins anew and knows nothing of what was said above.",
    };
  if (state.providerSessionId === undefined)
    return {
      level: 'warning',
      words: 'It had not told the id of its conversation yet: it begins anew and knows nothing of what was said above.',
    };
  return { level: 'info', words: `The conversation goes on from ${state.providerSessionId}.` };
}
