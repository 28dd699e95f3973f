import type { PluginInfo, PluginPermission } from '@agor/protocol';
import type { PluginState } from './plugins.svelte.ts';

/** Permissions as the person reads them. */
export const PERMISSION_WORDS: Readonly<Record<PluginPermission, string>> = {
  palette: 'Add commands to the command palette',
  events: 'Hear when sessions, tasks and questions change, and talk to other plugins',
  'sessions:read': 'Read the list of sessions: titles, projects, states and costs, no transcripts',
  'messages:read': 'Read the messages to you and the names of channels',
  'messages:write': 'Write to agents in its own name, which can make them work and cost money',
  'tasks:read': 'Read the task boards and their comments',
  'tasks:write': 'Create tasks and move them, in its own name',
  notifications: 'Show you notifications',
  ui: 'Show a panel and an item in the status bar',
};

/** How it stands, in a word and a colour. */
export function standingOf(
  info: PluginInfo,
  state: PluginState | undefined,
): { label: string; tone: 'plain' | 'green' | 'yellow' | 'red' } {
  if (info.error !== null) return { label: 'can’t run', tone: 'red' };
  if (!info.enabled || info.consent === 'none')
    return { label: info.consent === 'none' ? 'new' : 'off', tone: 'plain' };
  if (info.consent === 'changed') return { label: 'changed', tone: 'yellow' };
  if (typeof state === 'object') return { label: 'ended', tone: 'red' };
  return state === 'loaded' ? { label: 'running', tone: 'green' } : { label: 'starting', tone: 'plain' };
}
