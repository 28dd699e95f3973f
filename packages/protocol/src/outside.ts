import { z } from 'zod';
import { ProviderId, SessionId } from './ids.ts';

/** A conversation that the vendor's own program had outside agor, as its transcript tells. */
export const OutsideSession = z.object({
  provider: ProviderId,
  /** The vendor's id: what a resume needs. */
  providerSessionId: z.string(),
  cwd: z.string(),
  title: z.string(),
  /** Ms since the epoch. */
  updatedAt: z.number(),
  sizeBytes: z.number().int().nonnegative(),
  /** agor's session that goes on with it, once it was imported. */
  importedAs: SessionId.nullable(),
});
export type OutsideSession = z.infer<typeof OutsideSession>;

export const OutsidePage = z.object({
  sessions: z.array(OutsideSession),
  /** For the next page; null on the last one. */
  next: z.string().nullable(),
});
export type OutsidePage = z.infer<typeof OutsidePage>;
