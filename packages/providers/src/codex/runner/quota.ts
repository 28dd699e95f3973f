import type { QuotaWindow } from '@agor/protocol';
import { z } from 'zod';
import type { AgentContext } from '../../runner/index.ts';

const MS = 1_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;
const WEEK_MINUTES = 7 * DAY_MINUTES;
/** A window counts as used up from here on; the vendor rounds. */
const FULL_PERCENT = 99.5;

const Window = z.object({
  usedPercent: z.number().min(0),
  windowDurationMins: z.number().nullish(),
  resetsAt: z.number().nullish(),
});
export const RateLimits = z.object({
  rateLimits: z.object({ limitId: z.string().nullish(), primary: Window.nullish(), secondary: Window.nullish() }),
});

/** The account's quota windows as the vendor told them last, and whether one is used up. */
export class Quota {
  #windows: QuotaWindow[] = [];
  #limit: string | null;

  constructor(
    private readonly ctx: AgentContext,
    /** An earlier process of this session may have run into a limit; then the first good news lifts it. */
    maybeReached: boolean,
  ) {
    this.#limit = maybeReached ? 'usage' : null;
  }

  /** An update tells what changed only: a window that is absent stays as it was. */
  told(params: unknown): void {
    const { data } = RateLimits.safeParse(params);
    if (!data) return;
    const { primary, secondary } = data.rateLimits;
    const news = [primary ? windowOf('primary', primary) : null, secondary ? windowOf('secondary', secondary) : null];
    const windows = news.flatMap((each, index) => each ?? this.#windows.filter(({ id }) => id === IDS[index]));
    if (JSON.stringify(windows) === JSON.stringify(this.#windows)) return;
    this.#windows = windows;
    this.ctx.info({ quota: windows });
  }

  /** As the account has them now. Only news for the status bar: updates come by themselves. */
  async read(ask: () => Promise<unknown>): Promise<void> {
    try {
      this.told(await ask());
    } catch (error) {
      this.ctx.log(`no rate limits: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** A call was refused because the quota is used up. */
  reached(message: string): void {
    const full = this.#windows.filter(({ usedPercent }) => usedPercent >= FULL_PERCENT);
    const [last] = full.toSorted((a, b) => (b.resetsAt ?? 0) - (a.resetsAt ?? 0));
    this.#limit = last?.label ?? 'usage';
    this.ctx.limited({ resetsAt: last?.resetsAt ?? null, limit: this.#limit, message });
  }

  /** The model answered. */
  answered(): void {
    if (this.#limit === null) return;
    this.ctx.limited({ resetsAt: null, limit: this.#limit, lifted: true });
    this.#limit = null;
  }
}

const IDS = ['primary', 'secondary'] as const;

function windowOf(
  id: (typeof IDS)[number],
  { usedPercent, windowDurationMins, resetsAt }: z.infer<typeof Window>,
): QuotaWindow {
  return { id, label: labelOf(windowDurationMins), usedPercent, resetsAt: resetsAt == null ? null : resetsAt * MS };
}

function labelOf(minutes: number | null | undefined): string {
  if (minutes == null) return 'Usage';
  if (minutes === WEEK_MINUTES) return 'Week';
  if (minutes % DAY_MINUTES === 0) return minutes === DAY_MINUTES ? 'Day' : `${minutes / DAY_MINUTES} days`;
  if (minutes % HOUR_MINUTES === 0) return minutes === HOUR_MINUTES ? 'Hour' : `${minutes / HOUR_MINUTES} hours`;
  return `${minutes} minutes`;
}
