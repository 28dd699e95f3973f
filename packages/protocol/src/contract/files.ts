import { z } from 'zod';
import { FileContent, FileEntry } from '../files.ts';
import { ProjectId } from '../ids.ts';
import { base } from './base.ts';

export const files = {
  list: base.input(z.object({ projectId: ProjectId, path: z.string().default('') })).output(z.array(FileEntry)),
  read: base.input(z.object({ projectId: ProjectId, path: z.string() })).output(FileContent),
  /** For `@` in the composer: paths that contain the letters, best first. */
  find: base
    .input(
      z.object({
        projectId: ProjectId,
        query: z.string().max(200),
        limit: z.number().int().min(1).max(100).default(20),
      }),
    )
    .output(z.array(z.string())),
  /** Folders below a folder, for the "Add project" dialog. */
  folders: base.input(z.object({ path: z.string() })).output(
    z.object({
      path: z.string(),
      parent: z.string().nullable(),
      folders: z.array(z.object({ name: z.string(), isRepo: z.boolean() })),
    }),
  ),
};
