import { z } from 'zod';
import { ProjectId, SessionId } from './ids.ts';

/** A file that is written by several at once (spec §5.3). */
export const FileConflict = z.object({
  /** Absolute. */
  path: z.string(),
  /** Who of the sessions wrote it in a turn that is under way. */
  sessionIds: z.array(SessionId),
  /** Someone else than an agent wrote it meanwhile: the person's editor, another program. */
  external: z.boolean(),
  lastWriteAt: z.number(),
  acknowledged: z.boolean(),
});
export type FileConflict = z.infer<typeof FileConflict>;

/** The conflicts of one project; derived by the hub, in memory. A project without any is not told. */
export const ProjectConflicts = z.object({ projectId: ProjectId, files: z.array(FileConflict) });
export type ProjectConflicts = z.infer<typeof ProjectConflicts>;
