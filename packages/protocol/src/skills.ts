import { z } from 'zod';

/** One of the person's accounts with a vendor (spec §2.8). */
export const Profile = z.object({
  name: z.string(),
  displayName: z.string().optional(),
  email: z.string().optional(),
  subscription: z.string().optional(),
  configDir: z.string(),
});
export type Profile = z.infer<typeof Profile>;

/** A piece of instructions that the person calls by `/name` (spec §2.8, §8.8). */
export const Skill = z.object({ name: z.string(), description: z.string(), sourcePath: z.string() });
export type Skill = z.infer<typeof Skill>;
