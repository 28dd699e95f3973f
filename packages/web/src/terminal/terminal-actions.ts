import { newId, PtyId, type PtyInfo, type PtySize } from '@agor/protocol';
import type { App } from '../state/app.svelte.ts';
import type { Box } from '../state/boxes.ts';

/** What the buttons of the terminals do. What shows then comes from the hub's list. */
export class TerminalActions {
  constructor(private readonly app: App) {}

  /** Opens a shell in the box's folder (or `cwd`), and returns its id. Null when it failed, which was told. */
  async open(box: Box, size: PtySize, from: { cwd?: string; title?: string } = {}): Promise<PtyId | null> {
    const { commands, client } = this.app;
    const id = newId(PtyId);
    const cwd = from.cwd ?? (box.projectId === null ? box.cwd : undefined);
    const opened = await commands.run(`pty:open:${box.key}`, 'The terminal was not opened', (commandId, options) =>
      client.pty.spawn({ commandId, id, projectId: box.projectId, cwd, title: from.title ?? '', size }, options),
    );
    return opened.ok ? id : null;
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
}
