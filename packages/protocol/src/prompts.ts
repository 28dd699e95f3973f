import { z } from 'zod';
import { ImageInput } from './blobs.ts';
import { PromptId } from './ids.ts';
import { PromptTrace } from './trace.ts';

/** Longest prompt in characters; longer text belongs in a file. */
export const MAX_PROMPT_CHARS = 1_000_000;
/** Most images with one prompt, and the most bytes of one. */
export const MAX_PROMPT_IMAGES = 20;
export const MAX_IMAGE_BYTES = 8 * 1024 * 1024;

export const Prompt = z.object({
  id: PromptId,
  text: z.string().max(MAX_PROMPT_CHARS),
  images: z.array(ImageInput).max(MAX_PROMPT_IMAGES).default([]),
  /** Who wrote it: the person in the face or at the command line, or a part of agor. */
  source: z.enum(['web', 'cli', 'agor']).default('web'),
  /** With the source `agor`: what woke the agent, in a few words: "cron 0 9 * * 1-5". */
  wake: z.string().max(300).optional(),
  /** Kept with the prompt, so that its trace goes on after a restart of the hub. One that is not valid is left out: no prompt fails by it. */
  trace: PromptTrace.optional().catch(undefined),
});
export type Prompt = z.infer<typeof Prompt>;
