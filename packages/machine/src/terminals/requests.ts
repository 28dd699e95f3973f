import { z } from 'zod';
import type { Requests } from '../requests/index.ts';
import { locate } from './locate.ts';
import { sshHosts } from './ssh-config.ts';

const Locate = z.object({
  path: z.string().min(1).max(4_096),
  root: z.string(),
  cwd: z.string(),
  pid: z.number().int().positive(),
});

/** `terminals.locate` and `ssh.hosts`: what terminals need to know of this computer. Nothing here writes. */
export function registerTerminalRequests(requests: Requests): void {
  requests.register('terminals.locate', { params: Locate, handle: ({ path, ...from }) => locate(path, from) });
  requests.register('ssh.hosts', { params: z.object({}), handle: () => sshHosts() });
}
