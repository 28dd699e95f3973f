import { newId, type SshConnection, SshConnectionId, type SshDraft } from '@agor/protocol';
import type { App } from '../../../state/app.svelte.ts';
import type { Box } from '../../../state/boxes.ts';
import { withTerminals } from '../../../terminal/sections.svelte.ts';
import { copyName } from './ssh-list.logic.ts';

/** What the buttons of the SSH tab do. What shows then comes from the hub's list. */
export class SshActions {
  constructor(private readonly app: App) {}

  saving(id: SshConnectionId | null): boolean {
    return this.app.commands.busy(`ssh:save:${id ?? 'new'}`);
  }

  /** Keeps a new connection (null) or changes one; whether it was kept. */
  async save(id: SshConnectionId | null, draft: SshDraft): Promise<boolean> {
    const { commands, client } = this.app;
    const saved = await commands.run(`ssh:save:${id ?? 'new'}`, 'The connection was not saved', (commandId, options) =>
      client.ssh.save({ commandId, id: id ?? newId(SshConnectionId), draft }, options),
    );
    return saved.ok;
  }

  duplicate(from: SshConnection, all: readonly SshConnection[]): Promise<boolean> {
    const { id: _, createdAt: __, lastUsedAt: ___, ...draft } = from;
    return this.save(null, {
      ...draft,
      name: copyName(
        from.name,
        all.map(({ name }) => name),
      ),
    });
  }

  async remove({ id }: SshConnection): Promise<void> {
    const { commands, client } = this.app;
    await commands.run(`ssh:remove:${id}`, 'The connection was not deleted', (commandId, options) =>
      client.ssh.remove({ commandId, id }, options),
    );
  }

  /** Opens it in a terminal of the box, whose section opens with it. */
  connect(box: Box, { id }: SshConnection): void {
    withTerminals(this.app, box.key, (group) => void group.connect(id));
  }
}
