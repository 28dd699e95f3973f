import { ProjectId } from '../ids.ts';
import { base, command, done } from './base.ts';

/** Files that several write at once. They are told by the `conflicts` frame. */
export const conflicts = {
  /** Silences a project's conflicts as they are now; a further session, or a further write from outside, raises one again. */
  acknowledge: base.input(command.extend({ projectId: ProjectId })).output(done),
};
