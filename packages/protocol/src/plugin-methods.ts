import { z } from 'zod';
import { Channel, TeamMessage } from './btmsg.ts';
import { Task, TaskComment, TaskPriority, TaskStatus } from './bttask.ts';
import { GroupId } from './ids.ts';
import { PluginPermission as Permission, type PluginPermission } from './plugins.ts';

/** What a plugin may know of a session: no word of its transcript. */
export const PluginSession = z.object({
  id: z.string(),
  title: z.string(),
  projectId: z.string().nullable(),
  project: z.string(),
  provider: z.string(),
  status: z.string(),
  turns: z.number(),
  costUsd: z.number(),
  createdAt: z.number(),
  lastActivityAt: z.number(),
});
export type PluginSession = z.infer<typeof PluginSession>;

const none = z.strictObject({});
const method = <P extends PluginPermission | null, I extends z.ZodType, O extends z.ZodType>(
  permission: P,
  input: I,
  output: O,
) => ({ permission, input, output });
const is = Permission.enum;

/**
 * Everything that a plugin can ask of the hub, with the permission that it needs. Checked in the window that runs it and again in the hub.
 * What writes is written by the plugin in its own name.
 */
export const pluginMethods = {
  'sessions.list': method(
    is['sessions:read'],
    z.strictObject({ since: z.number().optional() }),
    z.array(PluginSession).max(500),
  ),
  'messages.inbox': method(
    is['messages:read'],
    z.strictObject({ all: z.boolean().default(false), limit: z.number().int().min(1).max(200).default(50) }),
    z.array(TeamMessage),
  ),
  'messages.channels': method(is['messages:read'], none, z.array(Channel)),
  'messages.send': method(
    is['messages:write'],
    z.strictObject({ to: z.string().min(1).max(200), content: z.string().min(1).max(20_000) }),
    z.object({ id: z.string() }),
  ),
  'tasks.list': method(
    is['tasks:read'],
    z.strictObject({ all: z.boolean().default(false), groupId: GroupId.optional() }),
    z.array(Task),
  ),
  'tasks.comments': method(is['tasks:read'], z.strictObject({ id: z.string().min(4).max(64) }), z.array(TaskComment)),
  'tasks.create': method(
    is['tasks:write'],
    z.strictObject({
      title: Task.shape.title,
      description: z.string().max(20_000).default(''),
      priority: TaskPriority.default('medium'),
      groupId: GroupId.optional(),
    }),
    Task,
  ),
  'tasks.updateStatus': method(
    is['tasks:write'],
    z.strictObject({
      id: z.string().min(4).max(64),
      status: TaskStatus,
      version: z.number().int().positive().optional(),
    }),
    Task,
  ),
  'notifications.send': method(
    is.notifications,
    z.strictObject({
      title: z.string().min(1).max(120),
      body: z.string().max(300).default(''),
      level: z.enum(['success', 'error', 'warning', 'info']).default('info'),
      /** The same key is told once, by whichever window comes first. */
      key: z.string().min(1).max(200).optional(),
    }),
    z.object({ told: z.boolean() }),
  ),
  'settings.set': method(
    null,
    z.strictObject({ name: z.string().max(40), value: z.union([z.string().max(2_000), z.number(), z.boolean()]) }),
    z.object({ ok: z.literal(true) }),
  ),
} as const;
export type PluginMethod = keyof typeof pluginMethods;
export const PluginMethodName = z.enum(Object.keys(pluginMethods) as [PluginMethod, ...PluginMethod[]]);

/** Calls of one plugin that the hub answers in a minute, over all windows; more are refused. */
export const MAX_PLUGIN_CALLS_PER_MINUTE = 300;
/** Messages, tasks and notifications that one plugin may write in a minute. */
export const MAX_PLUGIN_WRITES_PER_MINUTE = 30;
