import { type GroupsFile, ProjectId } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubDatabase } from '../database/index.ts';
import type { HubBus } from '../events/index.ts';

export interface StoppedAgentsOptions {
  /** btmsg.db. */
  readonly db: HubDatabase;
  readonly clock: Clock;
  readonly bus: HubBus;
  readonly groups: () => GroupsFile;
}

/**
 * The agents that Stop All holds: nothing starts them by itself, no message, no wake, no reset of a limit; also not by a hub that starts
 * anew. A prompt of the person frees the one that it is for. Those who start agents ask `has`, and hear of freed ones over the bus.
 */
export class StoppedAgents implements Disposable {
  readonly #stopped: Set<ProjectId>;
  readonly #subscription: Disposable;

  constructor(private readonly options: StoppedAgentsOptions) {
    const { db, bus } = options;
    const rows = db.raw.query<{ id: string }, []>('SELECT agent_id AS id FROM stopped_wakes').all();
    this.#stopped = new Set(rows.map(({ id }) => ProjectId.parse(id)));
    this.#subscription = bus.on('sessions', (changes) => {
      for (const { state, events } of changes)
        if (events.some((event) => event.kind === 'promptQueued' && event.prompt.source !== 'agor'))
          this.resume(state.projectId);
    });
  }

  has(agent: string): boolean {
    return this.#stopped.has(ProjectId.parse(agent));
  }

  /** Of those that are in the groups. */
  list(): ProjectId[] {
    return agentsOf(this.options.groups()).filter((id) => this.#stopped.has(id));
  }

  /** Holds every agent that there is now. */
  stopAll(): void {
    const { db, clock } = this.options;
    const ids = agentsOf(this.options.groups());
    db.write(() => {
      const insert = db.raw.query('INSERT OR IGNORE INTO stopped_wakes (agent_id, at) VALUES (?, ?)');
      for (const id of ids) insert.run(id, clock.now());
    });
    for (const id of ids) this.#stopped.add(id);
    this.options.bus.emit('stopAll', { freed: [] });
  }

  /** The person turned to this agent. Nothing happens for one that is not held. */
  resume(agent: ProjectId | null): void {
    if (agent !== null && this.#stopped.has(agent)) this.#free([agent]);
  }

  resumeAll(): void {
    this.#free([...this.#stopped]);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }

  #free(ids: readonly ProjectId[]): void {
    const { db, bus } = this.options;
    db.write(() => {
      const remove = db.raw.query('DELETE FROM stopped_wakes WHERE agent_id = ?');
      for (const id of ids) remove.run(id);
    });
    for (const id of ids) this.#stopped.delete(id);
    bus.emit('stopAll', { freed: ids });
  }
}

function agentsOf(file: GroupsFile): ProjectId[] {
  return file.groups.flatMap((group) => [...group.projects, ...(group.agents ?? [])].map(({ id }) => id));
}
