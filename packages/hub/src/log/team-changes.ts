import type { TeamChange } from '@agor/protocol';

/** Things named in one frame; of more, only that there was much is told. */
const MAX_NAMED = 200;

/** What changed in the team since a reader last took it: each thing once, within a bound. */
export class TeamChanges {
  readonly #changes = new Map<string, TeamChange>();

  get empty(): boolean {
    return this.#changes.size === 0;
  }

  add(changes: readonly TeamChange[]): void {
    for (const change of changes) this.#changes.set(thingOf(change), change);
    if (this.#changes.size <= MAX_NAMED) return;
    this.#changes.clear();
    this.#changes.set('all', { kind: 'all' });
  }

  take(): TeamChange[] {
    const taken = this.#changes.has('all') ? [{ kind: 'all' } as const] : [...this.#changes.values()];
    this.#changes.clear();
    return taken;
  }
}

/** A second message to the same agent makes a reader look again, as the first did. */
function thingOf(change: TeamChange): string {
  switch (change.kind) {
    case 'message':
      return `message ${change.to}`;
    case 'channel':
      return `channel ${change.channelId}`;
    case 'task':
      return `task ${change.taskId}`;
    default:
      return change.kind;
  }
}
