import { z } from 'zod';
import { Anchor, ProjectAnchors } from '../anchors.ts';
import { ProjectId, SessionId } from '../ids.ts';
import { base, command, done } from './base.ts';

const ofAnchor = command.extend({ anchorId: z.string().min(1).max(200) });

/** Excerpts of a project's conversations that survive a compaction. A change is told by the `anchors` frame. */
export const anchors = {
  list: base.input(z.object({ projectId: ProjectId })).output(ProjectAnchors),
  /**
   * Keeps what the agent said, or a prompt: `seq` is the event of the agent's words, or any that names the prompt. What is an anchor
   * already stays what it is. REJECTED for anything else, without a project, and when the project has too many.
   */
  pin: base.input(command.extend({ sessionId: SessionId, seq: z.number().int().positive() })).output(Anchor),
  /** It goes with every run of the project, before those that were kept by themselves. */
  promote: base.input(ofAnchor).output(done),
  /** It stays, and goes with no run any more. */
  demote: base.input(ofAnchor).output(done),
  remove: base.input(ofAnchor).output(done),
};
