import { z } from 'zod';
import { ProjectId, PtyId } from '../ids.ts';
import { PtyInfo, PtySize } from '../pty.ts';
import { base, command, done } from './base.ts';

export const pty = {
  spawn: base
    .input(
      command.extend({
        id: PtyId,
        projectId: ProjectId.nullable(),
        cwd: z.string().optional(),
        title: z.string().max(200).default(''),
        size: PtySize,
      }),
    )
    .output(PtyInfo),
  list: base.input(z.object({ projectId: ProjectId.optional() })).output(z.array(PtyInfo)),
  rename: base.input(command.extend({ id: PtyId, title: z.string().max(200) })).output(done),
  /**
   * Where a path that a terminal printed (`src/a.ts`) leads, from the folder it is in; null when nothing is there, or not in its project. A
   * terminal without a project has no place to show files in: always null.
   */
  locate: base
    .input(z.object({ id: PtyId, path: z.string().min(1).max(4_096) }))
    .output(z.object({ path: z.string(), isDir: z.boolean() }).nullable()),
  /** Forgets its scrollback in every window, and asks its program for a fresh screen (^L). */
  clear: base.input(command.extend({ id: PtyId })).output(done),
  kill: base.input(command.extend({ id: PtyId })).output(done),
};
