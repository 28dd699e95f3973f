import { newId, PtyId, type PtyInfo, type PtySize, type SshConnectionId } from '@agor/protocol';
import type { App } from '../state/app.svelte.ts';
import type { Box } from '../state/boxes.ts';

/** Where a terminal begins: in a folder, or on another computer. */
export interface OpenFrom {
  readonly cwd?: string;
  readonly title?: string;
  readonly ssh?: SshConnectionId;
}

/** What the buttons of the terminals do. What shows then comes from the hub's list. */
export class TerminalActions {
  constructor(private readonly app: App) {}

  /** Opens a shell in the box's folder (or `cwd`), or a connection, and returns its id. Null when it failed, which was told. */
  async open(box: Box, size: PtySize, from: OpenFrom = {}): Promise<PtyId | null> {
    const { commands, client } = this.app;
    const ptyId = newId(PtyId);
    const { projectId } = box;
    const cwd = from.cwd ?? (projectId === null ? box.cwd : undefined);
    const { ssh, title = '' } = from;
    const what = ssh ? 'The connection was not opened' : 'The terminal was not opened';
    const opened = await commands.run(`pty:open:${box.key}`, what, (commandId, options) =>
      ssh
        ? client.ssh.connect({ commandId, id: ssh, ptyId, projectId, cwd, size }, options)
        : client.pty.spawn({ commandId, id: ptyId, projectId, cwd, title, size }, options),
    );
    return opened.ok ? ptyId : null;
  }

  /** Ends the shell and everything it started. */
  async close({ id }: PtyInfo): Promise<void> {
    const { commands, client } = this.app;
    await commands.run(`pty:close:${id}`, 'The terminal was not closed', (commandId, options) =>
      client.pty.kill({ commandId, id }, options),
    );
  }

  async rename({ id, title: before }: PtyInfo, title: string): Promise<void> {
    const { commands, client } = this.app;
    const name = title.trim().slice(0, 200);
    if (name === before) return;
    await commands.run(`pty:rename:${id}`, 'The terminal was not renamed', (commandId, options) =>
      client.pty.rename({ commandId, id, title: name }, options),
    );
  }

  /** Forgets what is above the screen, everywhere, and has the shell draw its prompt at the top. */
  async clear({ id }: PtyInfo): Promise<void> {
    const { commands, client } = this.app;
    await commands.run(`pty:clear:${id}`, 'The terminal was not cleared', (commandId, options) =>
      client.pty.clear({ commandId, id }, options),
    );
  }
}
