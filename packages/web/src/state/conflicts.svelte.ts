import type { ProjectConflicts, ProjectId, WatchFrame } from '@agor/protocol';
import type { HubClient } from './client.ts';
import type { CommandsStore } from './commands.svelte.ts';
import type { WatchReader } from './watch.svelte.ts';

/** Files that several write at once, as the hub tells them: of each project that has any. */
export class ConflictsStore implements WatchReader {
  all = $state.raw<readonly ProjectConflicts[]>([]);

  constructor(
    private readonly client: HubClient,
    private readonly commands: CommandsStore,
  ) {}

  read(frame: WatchFrame): void {
    if (frame.kind === 'conflicts' || frame.kind === 'snapshot') this.all = frame.conflicts;
  }

  of(projectId: ProjectId | null): readonly ProjectConflicts[] {
    return this.all.filter((project) => project.projectId === projectId);
  }

  isAcknowledging(projectId: ProjectId): boolean {
    return this.commands.busy(keyOf(projectId));
  }

  async acknowledge(projectId: ProjectId): Promise<void> {
    await this.commands.run(keyOf(projectId), 'The conflicts were not acknowledged', (commandId, options) =>
      this.client.conflicts.acknowledge({ commandId, projectId }, options),
    );
  }
}

function keyOf(projectId: ProjectId): string {
  return `conflicts:acknowledge:${projectId}`;
}
