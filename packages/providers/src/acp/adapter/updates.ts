import { type SpentTokens, TokenUsage } from '@agor/protocol';
import { z } from 'zod';
import type { Output } from './output.ts';

type Update = { readonly sessionUpdate: string };
type Run = (update: Update, out: Output) => boolean;

function when<Known>(schema: z.ZodType<Known>, run: (update: Known, out: Output) => void): Run {
  return (update, out) => {
    const known = schema.safeParse(update);
    if (known.success) run(known.data, out);
    return known.success;
  };
}

const Plan = z.object({
  entries: z.array(
    z.object({
      content: z.string(),
      status: z.enum(['pending', 'in_progress', 'completed']),
      priority: z.enum(['high', 'medium', 'low']).optional().catch(undefined),
    }),
  ),
});

const Usage = z.object({
  used: z.number().nonnegative().nullish(),
  size: z.number().nonnegative().nullish(),
  cost: z.object({ amount: z.number().nonnegative(), currency: z.string() }).nullish(),
  _meta: z
    .looseObject({ '_claude/model': z.string().optional().catch(undefined) })
    .nullish()
    .catch(undefined),
  /** Ours: what calls of the model took since this was last told, of an agent that tells it call by call. */
  agorSpent: TokenUsage.optional(),
});

const Notice = z.object({ title: z.string(), description: z.string().nullish() });

const Compaction = z.object({
  status: z.string(),
  summary: z.array(z.looseObject({ text: z.string().optional() })).nullish(),
  error: z.string().nullish(),
  /** Ours: the person asked for it. */
  agorManual: z.boolean().default(false),
});

/** `session/update`s that the runner passes on as they came. */
const UPDATES: Readonly<Record<string, Run>> = {
  plan: when(Plan, ({ entries }, out) =>
    out.add('plan', {
      entries: entries.map(({ content, status, priority }) => ({ content, status, ...(priority ? { priority } : {}) })),
    }),
  ),
  usage_update: when(Usage, adaptUsage),
  notice: when(Notice, ({ title, description }, out) =>
    out.add('status', { subtype: 'notice', message: description ? `${title}: ${description}` : title }),
  ),
  compaction_update: when(Compaction, adaptCompaction),
};

/** False for what nothing here understands. */
export function adaptUpdate(update: Update, out: Output): boolean {
  const known = Object.hasOwn(UPDATES, update.sessionUpdate) ? UPDATES[update.sessionUpdate] : undefined;
  return known?.(update, out) ?? false;
}

/** The window is told only as far as it is news: agents repeat it with every call of the model. What that call spent is always told. */
function adaptUsage(usage: z.infer<typeof Usage>, out: Output): void {
  const { used, size, cost } = usage;
  const { memory } = out;
  const spent = spentOf(usage, memory.contextTokens);
  const before = JSON.stringify([memory.contextTokens, memory.contextWindow, memory.totalCostUsd]);
  if (used != null && used > 0) memory.contextTokens = used;
  if (size != null && size > 0) memory.contextWindow = size;
  if (cost?.currency === 'USD') {
    memory.totalCostUsd = cost.amount;
    memory.tellsCost = true;
  }
  if (JSON.stringify([memory.contextTokens, memory.contextWindow, memory.totalCostUsd]) === before && !spent) return;
  const content = {
    ...(memory.contextTokens > 0 ? { contextTokens: memory.contextTokens } : {}),
    ...(memory.contextWindow > 0 ? { contextWindow: memory.contextWindow } : {}),
    ...(cost?.currency === 'USD' ? { totalCostUsd: memory.totalCostUsd } : {}),
  };
  out.add('usage', content, undefined, spent);
}

/**
 * Where the agent does not tell what a call took, it took the whole window: what was in it before comes out of the vendor's cache. Until the
 * turn's end, which tells better.
 */
function spentOf({ used, agorSpent, _meta }: z.infer<typeof Usage>, before: number): SpentTokens | undefined {
  const named = _meta?.['_claude/model'];
  const model = named === undefined ? {} : { model: named };
  if (agorSpent) return { ...model, ...agorSpent };
  if (used == null || used === 0) return undefined;
  const cacheReadTokens = Math.min(before, used);
  return { ...model, inputTokens: used - cacheReadTokens, outputTokens: 0, cacheReadTokens, cacheCreationTokens: 0 };
}

function adaptCompaction({ status, summary, error, agorManual }: z.infer<typeof Compaction>, out: Output): void {
  if (status === 'completed') {
    const text = (summary ?? []).map((part) => part.text ?? '').join('');
    out.add('compaction', {
      trigger: agorManual ? 'manual' : 'auto',
      preTokens: out.memory.contextTokens,
      ...(text ? { summary: text } : {}),
    });
    return;
  }
  const words = { in_progress: 'The conversation is being compacted', cancelled: 'The compaction was cancelled' };
  const message = error ?? words[status as keyof typeof words] ?? `Compaction: ${status}`;
  out.add('status', { subtype: 'compacting', message });
}
