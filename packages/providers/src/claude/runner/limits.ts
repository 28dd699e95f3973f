import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import type { AgentContext } from '../../runner/index.ts';
import { classifyFailure } from '../failures.ts';

type RateLimit = Extract<SDKMessage, { type: 'rate_limit_event' }>['rate_limit_info'];
type Retry = Extract<SDKMessage, { type: 'system'; subtype: 'api_retry' }>;

const MS = 1_000;

/** Whether the account's quota is used up. The CLI tells it with an OAuth token only, and only when it changes. */
export class Limits {
  #reached: string | null;

  constructor(
    private readonly ctx: AgentContext,
    /** An earlier process of this session may have run into a limit; then the first good news lifts it. */
    maybeReached: boolean,
  ) {
    this.#reached = maybeReached ? 'usage' : null;
  }

  told({ status, resetsAt, rateLimitType }: RateLimit): void {
    const limit = rateLimitType ?? 'usage';
    if (status === 'rejected') {
      this.#reached = limit;
      this.ctx.limited({ resetsAt: resetsAt === undefined ? null : resetsAt * MS, limit });
    } else if (this.#reached !== null) {
      this.ctx.limited({ resetsAt: null, limit: this.#reached, lifted: true });
      this.#reached = null;
    }
  }
}

/** A retry of the CLI's, as the person sees it. */
export function retryOf({ attempt, max_retries, retry_delay_ms, error_status, error }: Retry) {
  const name = String(error).replaceAll('_', ' ');
  const message = error_status === null ? 'The connection to the model failed' : `${error_status} ${name}`;
  return {
    delayMs: retry_delay_ms,
    attempt,
    maxAttempts: max_retries,
    class: error_status === null ? ('network' as const) : classifyFailure(message, error, error_status).class,
    message,
  };
}
