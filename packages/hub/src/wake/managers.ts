import type { GroupConfig, GroupsFile, ProjectId, WakeStrategy } from '@agor/protocol';
import { actorOf } from '../team/index.ts';

/** An agent that is woken, and how. */
export interface Manager {
  readonly id: ProjectId;
  readonly group: GroupConfig;
  readonly strategy: WakeStrategy;
  readonly intervalMs: number;
  readonly threshold: number;
}

const DEFAULT_INTERVAL_MIN = 3;
const DEFAULT_THRESHOLD = 0.5;
const MINUTE_MS = 60_000;

/** The agents with a manager's rights that are switched on; no others are woken. */
export function managersOf(file: GroupsFile): Manager[] {
  return file.groups.flatMap((group) =>
    (group.agents ?? [])
      .filter(({ id, enabled }) => enabled && actorOf(file, id)?.rights === 'manager')
      .map(({ id, wakeStrategy, wakeIntervalMin, wakeThreshold }) => ({
        id,
        group,
        strategy: wakeStrategy ?? 'smart',
        intervalMs: (wakeIntervalMin ?? DEFAULT_INTERVAL_MIN) * MINUTE_MS,
        threshold: wakeThreshold ?? DEFAULT_THRESHOLD,
      })),
  );
}
