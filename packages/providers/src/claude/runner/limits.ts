import type { QuotaWindow } from '@agor/protocol';
import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';
import type { AgentContext } from '../../runner/index.ts';
import { classifyFailure } from '../failures.ts';

type RateLimit = Extract<SDKMessage, { type: 'rate_limit_event' }>['rate_limit_info'];
type Retry = Extract<SDKMessage, { type: 'system'; subtype: 'api_retry' }>;

const MS = 1_000;
/** A vendor has four or five windows; what is beyond is no window. */
const MAX_WINDOWS = 20;

/** All windows at once; not in the SDK's types. */
const Windows = z.object({
  unifiedWindows: z.record(
    z.string(),
    z.object({ utilization: z.number().nonnegative(), resetsAt: z.number().optional() }),
  ),
});

const LABELS: Readonly<Record<string, string>> = {
  five_hour: '5 hours',
  seven_day: 'Week',
  seven_day_opus: 'Week, Opus',
  seven_day_sonnet: 'Week, Sonnet',
};

/** Whether the account's quota is used up. The CLI tells it with an OAuth token only, and only when it changes. */
export class Limits {
  #reached: string | null;
  readonly #windows = new Map<string, QuotaWindow>();

  constructor(
    private readonly ctx: AgentContext,
    /** An earlier process of this session may have run into a limit; then the first good news lifts it. */
    maybeReached: boolean,
  ) {
    this.#reached = maybeReached ? 'usage' : null;
  }

  told(info: RateLimit): void {
    this.#tellQuota(info);
    const { status, resetsAt, rateLimitType } = info;
    const limit = rateLimitType ?? 'usage';
    if (status === 'rejected') {
      this.#reached = limit;
      this.ctx.limited({ resetsAt: resetsAt === undefined ? null : resetsAt * MS, limit });
    } else if (this.#reached !== null) {
      this.ctx.limited({ resetsAt: null, limit: this.#reached, lifted: true });
      this.#reached = null;
    }
  }

  /** How full the account's windows are; a rejection that names no number is a full one. */
  #tellQuota(info: RateLimit): void {
    const all = Windows.safeParse(info);
    const own = info.utilization ?? (info.status === 'rejected' ? 1 : undefined);
    const told = all.success
      ? Object.entries(all.data.unifiedWindows)
      : info.rateLimitType !== undefined && own !== undefined
        ? [[info.rateLimitType, { utilization: own, resetsAt: info.resetsAt }] as const]
        : [];
    for (const [id, { utilization, resetsAt }] of told) {
      if (!this.#windows.has(id) && this.#windows.size >= MAX_WINDOWS) continue;
      this.#windows.set(id, {
        id,
        label: LABELS[id] ?? id.replaceAll('_', ' '),
        usedPercent: Math.round(utilization * 1000) / 10,
        resetsAt: resetsAt === undefined ? null : resetsAt * MS,
      });
    }
    if (told.length > 0) this.ctx.info({ quota: [...this.#windows.values()] });
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
