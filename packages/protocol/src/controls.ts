import { z } from 'zod';

/**
 * A choice that a live agent offers besides model and permission mode: its thinking level, an ACP agent's modes and
 * config options. The face shows a picker for each; what an agent does not offer is absent.
 */
export const SessionControl = z.object({
  id: z.string().min(1).max(200),
  label: z.string(),
  description: z.string().optional(),
  /** What it is about, for its icon and place. */
  category: z.enum(['mode', 'model', 'thinking', 'other']).default('other'),
  value: z.string(),
  options: z.array(z.object({ value: z.string(), label: z.string(), description: z.string().optional() })),
});
export type SessionControl = z.infer<typeof SessionControl>;

/** Chosen values by control id. */
export const ControlValues = z.record(z.string(), z.string());
export type ControlValues = z.infer<typeof ControlValues>;

/** One of the vendor's quota windows, as it last told. */
export const QuotaWindow = z.object({
  id: z.string(),
  label: z.string(),
  usedPercent: z.number().min(0),
  /** Ms since the epoch; null when the vendor does not say. */
  resetsAt: z.number().nullable(),
});
export type QuotaWindow = z.infer<typeof QuotaWindow>;
