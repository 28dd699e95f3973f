import { delay } from '@agor/runtime';
import { ServerFailure } from '../server/index.ts';
import type { Session } from './session.ts';

const MAX_TRIES = 4;
const FIRST_DELAY_MS = 1_000;
/** A server that asks for more patience is not waited for: the person decides. */
const MAX_DELAY_MS = 60_000;
/** A busy or restarting server is worth another try; one that failed over the request itself is not. */
const RETRIED: ReadonlySet<number> = new Set([408, 429, 502, 503, 504, 529]);

/** Takes away what the server refused, when the call can be made without; whether that was so. Says so to the person. */
export async function mend(session: Session, error: unknown, compact: () => Promise<void>): Promise<boolean> {
  if (!(error instanceof ServerFailure)) return false;
  const { model, emitter, ctx, conversation } = session;
  if (error.kind === 'noTools' && model.facts.tools !== false) {
    model.correct({ tools: false });
    await emitter.status('noTools', noToolsWords(model.name));
    return true;
  }
  if (error.kind === 'noThinking' && model.think !== undefined) {
    model.correct({ thinking: 'none' });
    ctx.info({ controls: model.controls() });
    await emitter.status('noThinking', `${model.name} can't think aloud; it answers without.`);
    return true;
  }
  if (error.kind === 'overflow' && conversation.messages.length > 1) {
    await compact();
    return true;
  }
  return false;
}

export function noToolsWords(model: string): string {
  return `${model} can't call tools: it can talk, but neither read nor change anything. Choose a model with tools to let it work.`;
}

/** Waits before the next try, and tells so. Throws the error when there is none. */
export async function waitBeforeRetry(
  { ctx, clock }: Session,
  error: unknown,
  attempt: number,
  signal: AbortSignal,
): Promise<void> {
  if (!(error instanceof ServerFailure) || error.status === null || !RETRIED.has(error.status)) throw error;
  const delayMs = error.retryAfterMs ?? FIRST_DELAY_MS * 2 ** (attempt - 1);
  if (attempt >= MAX_TRIES || delayMs > MAX_DELAY_MS) throw error;
  ctx.retrying({ delayMs, attempt, maxAttempts: MAX_TRIES, class: error.class, message: error.message });
  if (signal.aborted) return;
  const aborted = Promise.withResolvers<void>();
  const stop = () => aborted.resolve();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([delay(clock, delayMs), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
