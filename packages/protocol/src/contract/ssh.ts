import { z } from 'zod';
import { ProjectId, PtyId, SshConnectionId } from '../ids.ts';
import { PtyInfo, PtySize } from '../pty.ts';
import { SshConnection, SshDraft, SshHost } from '../ssh.ts';
import { base, command, done } from './base.ts';

/** Computers that the person reaches by SSH. A change is told by the `ssh` frame. */
export const ssh = {
  /** By folder and name. */
  list: base.input(z.object({})).output(z.array(SshConnection)),
  /** What `~/.ssh/config` of the machine names; nothing is written there. */
  hosts: base.input(z.object({})).output(z.array(SshHost)),
  /** Keeps a connection; one that has the id is changed. REJECTED at MAX_SSH_CONNECTIONS. */
  save: base.input(command.extend({ id: SshConnectionId, draft: SshDraft })).output(SshConnection),
  remove: base.input(command.extend({ id: SshConnectionId })).output(done),
  /** Starts `ssh` in a terminal of the project, or in `cwd`. */
  connect: base
    .input(
      command.extend({
        id: SshConnectionId,
        ptyId: PtyId,
        projectId: ProjectId.nullable(),
        cwd: z.string().optional(),
        size: PtySize,
      }),
    )
    .output(PtyInfo),
};
