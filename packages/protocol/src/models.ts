import { z } from 'zod';

/** A model that can be chosen. */
export const ModelInfo = z.object({ id: z.string(), label: z.string(), description: z.string().optional() });
export type ModelInfo = z.infer<typeof ModelInfo>;
export const SlashCommand = z.object({
  name: z.string(),
  description: z.string().default(''),
  argumentHint: z.string().optional(),
});
export type SlashCommand = z.infer<typeof SlashCommand>;
