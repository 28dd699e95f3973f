import { MAX_NOTIFICATIONS, type NotificationChanges, type WatchFrame } from '@agor/protocol';

/** Removed ones that a slow reader is told: it keeps only the newest, so older ones are gone there by themselves. */
const MAX_REMOVED = 3 * MAX_NOTIFICATIONS;

type Frame = Extract<WatchFrame, { kind: 'notifications' }>;

/** What a reader has yet to be told, with what changed since: of each notification the newest. */
export function mergeNotifications(untold: WatchFrame | undefined, changes: NotificationChanges): Frame {
  const before: NotificationChanges | null = untold?.kind === 'notifications' ? untold : null;
  const gone = new Set(changes.removed);
  const changed = new Map([...(before?.changed ?? []), ...changes.changed].map((one) => [one.id, one]));
  return {
    kind: 'notifications',
    changed: [...changed.values()].filter(({ id }) => !gone.has(id)).slice(-MAX_NOTIFICATIONS),
    removed: [...(before?.removed ?? []), ...gone].slice(-MAX_REMOVED),
    desktop: changes.desktop,
  };
}
