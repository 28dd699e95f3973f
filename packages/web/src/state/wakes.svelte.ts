import type {
  NewWakeTrigger,
  ProjectId,
  WakeCondition,
  WakeTrigger,
  WakeTriggerChanges,
  WatchFrame,
} from '@agor/protocol';
import type { HubClient } from './client.ts';
import type { CommandsStore, Outcome } from './commands.svelte.ts';
import type { WatchReader } from './watch.svelte.ts';

/** When agents are woken by themselves, and which ones Stop All holds. */
export class WakesStore implements WatchReader {
  triggers = $state.raw<readonly WakeTrigger[]>([]);
  /** Agents that nothing starts until the person turns to them. */
  stopped = $state.raw<readonly ProjectId[]>([]);

  constructor(
    private readonly client: HubClient,
    private readonly commands: CommandsStore,
  ) {}

  read(frame: WatchFrame): void {
    if (frame.kind !== 'wake' && frame.kind !== 'snapshot') return;
    this.triggers = frame.wake.triggers;
    this.stopped = frame.wake.stopped;
  }

  of(agentId: ProjectId): readonly WakeTrigger[] {
    return this.triggers.filter((trigger) => trigger.agentId === agentId);
  }

  isStopped(agentId: ProjectId | null): boolean {
    return agentId !== null && this.stopped.includes(agentId);
  }

  /** The key of what is done to one trigger, or with null of adding one. */
  key(id: string | null): string {
    return `wake:${id ?? 'new'}`;
  }

  add(trigger: NewWakeTrigger): Promise<Outcome<WakeTrigger>> {
    return this.commands.run(this.key(null), 'The wake was not added', (commandId, options) =>
      this.client.wake.add({ commandId, ...trigger }, options),
    );
  }

  update(id: string, changes: WakeTriggerChanges): Promise<Outcome<WakeTrigger>> {
    return this.commands.run(this.key(id), 'The wake was not changed', (commandId, options) =>
      this.client.wake.update({ commandId, triggerId: id, changes }, options),
    );
  }

  remove(id: string): Promise<Outcome<unknown>> {
    return this.commands.run(this.key(id), 'The wake was not removed', (commandId, options) =>
      this.client.wake.remove({ commandId, triggerId: id }, options),
    );
  }

  /** The next times of a cron expression. Throws what is wrong with it. */
  preview(condition: Extract<WakeCondition, { kind: 'cron' }>, signal: AbortSignal): Promise<number[]> {
    return this.client.wake.preview({ condition, count: 3 }, { signal });
  }

  resume(agentId: ProjectId): Promise<Outcome<unknown>> {
    return this.commands.run(`wake:resume:${agentId}`, 'The agent is still held', (commandId, options) =>
      this.client.wake.resume({ commandId, agentId }, options),
    );
  }

  resumeAll(): Promise<Outcome<unknown>> {
    return this.commands.run('wake:resumeAll', 'The agents are still held', (commandId, options) =>
      this.client.wake.resumeAll({ commandId }, options),
    );
  }
}
