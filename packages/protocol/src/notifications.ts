import { z } from 'zod';
import { ProjectId, SessionId } from './ids.ts';

/**
 * What the person is told of (spec §8.4). `agent_error`: an agent can't go on without them: it failed, has to be signed in, or asks.
 * `context_full`: the window of its model is nearly full (spec §10.7). `system`: agor itself, its machine, budgets.
 */
export const NotificationType = z.enum([
  'agent_complete',
  'agent_error',
  'task_review',
  'wake_event',
  'conflict',
  'context_full',
  'system',
]);
export type NotificationType = z.infer<typeof NotificationType>;

/** Kept of the past; the oldest is forgotten for each that comes. */
export const MAX_NOTIFICATIONS = 100;

/** Something that happened once and that the person wants to hear of. Names the project and the reason. */
export const Notification = z.object({
  id: z.string(),
  type: NotificationType,
  level: z.enum(['success', 'error', 'warning', 'info']),
  title: z.string().min(1).max(200),
  body: z.string().max(1_000),
  projectId: ProjectId.nullable(),
  sessionId: SessionId.nullable(),
  /** A task of the board. */
  taskId: z.string().nullable().default(null),
  /** Whether it was to be told so when it came, by its type's switches and the quiet hours. */
  toast: z.boolean(),
  desktop: z.boolean(),
  /** Ms since the epoch. */
  at: z.number(),
  read: z.boolean(),
});
export type Notification = z.infer<typeof Notification>;

const Minute = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day as HH:MM');

/** How one type is told; in the centre it stands in any case. */
const Ways = z.strictObject({ toast: z.boolean().default(true), desktop: z.boolean().default(true) });

/** The setting `notifications`. */
export const NotificationSettings = z.strictObject({
  types: z.partialRecord(NotificationType, Ways).default({}),
  /** No toast and no desktop notification between these times of the hub's day; over midnight where `to` is the earlier. Errors too. */
  quietHours: z.strictObject({ from: Minute, to: Minute }).nullable().default(null),
});
export type NotificationSettings = z.infer<typeof NotificationSettings>;

/** All that are kept, oldest first. */
export const NotificationStanding = z.object({
  notifications: z.array(Notification).max(MAX_NOTIFICATIONS),
  /** The hub shows them on the desktop that it runs on; else a browser may, where the person allowed it. */
  desktop: z.boolean(),
});
export type NotificationStanding = z.infer<typeof NotificationStanding>;

/** What changed of them: new ones and those with another `read`. */
export interface NotificationChanges {
  readonly changed: readonly Notification[];
  readonly removed: readonly string[];
  readonly desktop: boolean;
}
