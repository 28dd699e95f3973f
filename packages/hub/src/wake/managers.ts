import type { GroupConfig, GroupsFile, ProjectId, WakeStrategy } from '@agor/protocol';
import type { EffectiveSettings } from '../settings/index.ts';
import { actorOf } from '../team/index.ts';

/** An agent that is woken, and how. */
export interface Manager {
  readonly id: ProjectId;
  readonly group: GroupConfig;
  readonly strategy: WakeStrategy;
  readonly intervalMs: number;
  readonly threshold: number;
}

const MINUTE_MS = 60_000;

/** The agents with a manager's rights that are switched on; no others are woken. */
export function managersOf(file: GroupsFile, settings: Pick<EffectiveSettings, 'value'>): Manager[] {
  return file.groups.flatMap((group) =>
    (group.agents ?? [])
      .filter(({ id, enabled }) => enabled && actorOf(file, id)?.rights === 'manager')
      .map(({ id }) => ({
        id,
        group,
        strategy: settings.value('wake_strategy', id),
        intervalMs: settings.value('wake_interval_min', id) * MINUTE_MS,
        threshold: settings.value('wake_threshold', id),
      })),
  );
}
