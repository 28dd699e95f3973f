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
  kill: base.input(command.extend({ id: PtyId })).output(done),
};
