import { z } from 'zod';

export const FileEntry = z.object({
  name: z.string(),
  /** Relative to the project's root, `/`-separated. */
  path: z.string(),
  isDir: z.boolean(),
  size: z.number().nonnegative(),
  ext: z.string(),
});
export type FileEntry = z.infer<typeof FileEntry>;

/** spec §2.10: text up to 10 MB, everything else is named for what it is. */
export const MAX_FILE_READ_BYTES = 10 * 1024 * 1024;
export const FileContent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), content: z.string(), lang: z.string(), size: z.number() }),
  z.object({ kind: z.literal('binary'), message: z.string(), size: z.number() }),
  z.object({ kind: z.literal('tooLarge'), size: z.number() }),
]);
export type FileContent = z.infer<typeof FileContent>;
