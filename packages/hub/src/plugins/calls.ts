import {
  type PluginManifest,
  type PluginMethod,
  type PluginPermission,
  pluginMethods,
  type SessionSummary,
  type TeamCall,
} from '@agor/protocol';
import type { z } from 'zod';
import { TeamFailure } from '../btmsg/index.ts';
import { Failure, rejected } from '../failure.ts';

/** What plugins reach of the hub. */
export interface PluginReach {
  /** Reads as the person, whose plugin it is. Throws `TeamFailure`. */
  readonly asOperator: (call: TeamCall) => unknown;
  /** Writes in the plugin's own name. Throws `TeamFailure`. */
  readonly asPlugin: (plugin: Pick<PluginManifest, 'id' | 'name'>, call: TeamCall) => unknown;
  readonly sessions: () => readonly SessionSummary[];
  readonly projectName: (id: string | null) => string;
  readonly activeGroup: () => string | null;
  readonly notify: (plugin: Pick<PluginManifest, 'id' | 'name'>, what: Notice) => boolean;
}
type Notice = z.output<(typeof pluginMethods)['notifications.send']['input']>;

const MAX_SESSIONS = 500;

/** A call of a plugin that is on and was granted `granted`, with its own id. Throws `Failure` in words for the plugin's author. */
export function answerCall(
  reach: PluginReach,
  plugin: Pick<PluginManifest, 'id' | 'name'>,
  granted: readonly PluginPermission[],
  call: { readonly id: string; readonly method: Exclude<PluginMethod, 'settings.set'>; readonly input: unknown },
): unknown {
  const { permission, input: schema } = pluginMethods[call.method];
  if (permission !== null && !granted.includes(permission))
    throw rejected(`${call.method} needs the permission "${permission}", which this plugin's manifest does not name.`);
  const parsed = schema.safeParse(call.input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw rejected(`${call.method}: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}`);
  }
  try {
    return perform(reach, plugin, call.id, call.method, parsed.data);
  } catch (error) {
    if (error instanceof TeamFailure) throw new Failure('REJECTED', error.message);
    throw error;
  }
}

function perform(
  reach: PluginReach,
  plugin: Pick<PluginManifest, 'id' | 'name'>,
  callId: string,
  method: Exclude<PluginMethod, 'settings.set'>,
  input: unknown,
): unknown {
  // The id names the plugin as well: two of them never get each other's answers.
  const id = `plugin:${plugin.id}:${callId}`.slice(0, 300);
  const look = (operation: string, of: unknown) => reach.asOperator({ id, operation, input: of });
  const write = (operation: string, of: unknown) => reach.asPlugin(plugin, { id, operation, input: of });
  const inGroup = (of: object) =>
    'groupId' in of && of.groupId ? of : { ...of, groupId: reach.activeGroup() ?? undefined };
  switch (method) {
    case 'sessions.list':
      return sessionsSince(reach, (input as { since?: number }).since ?? 0);
    case 'messages.inbox':
      return look('btmsg.inbox', input);
    case 'messages.channels':
      return look('btmsg.channelList', {});
    case 'messages.send':
      return write('btmsg.send', input);
    case 'tasks.list':
      return look('bttask.list', input);
    case 'tasks.comments':
      return (look('bttask.show', input) as { comments: unknown }).comments;
    case 'tasks.create':
      return write('bttask.add', inGroup(input as object));
    case 'tasks.updateStatus':
      return write('bttask.status', input);
    case 'notifications.send':
      return { told: reach.notify(plugin, input as Notice) };
  }
}

function sessionsSince({ sessions, projectName }: PluginReach, since: number): unknown[] {
  return sessions()
    .filter(({ state }) => state.lastActivityAt >= since)
    .sort((a, b) => b.state.lastActivityAt - a.state.lastActivityAt)
    .slice(0, MAX_SESSIONS)
    .map(({ state, status }) => ({
      id: state.id,
      title: state.title || state.lastPrompt.slice(0, 200),
      projectId: state.projectId,
      project: projectName(state.projectId),
      provider: state.provider,
      status,
      turns: state.usage.turns,
      costUsd: state.usage.costUsd,
      createdAt: state.createdAt,
      lastActivityAt: state.lastActivityAt,
    }));
}
