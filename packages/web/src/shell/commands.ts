import type { AppCommand } from '../commands/index.ts';
import type { App, DrawerId } from '../state/app.svelte.ts';

/** Opens or closes a panel. */
function panel(id: DrawerId, title: string, keys: string, keywords: string, macKeys?: string): AppCommand {
  return {
    id: `panel.${id}`,
    title,
    category: 'Panels',
    keywords: `show hide open drawer ${keywords}`,
    detail: (app) => (app.drawer === id ? 'open' : ''),
    keys: [keys],
    ...(macKeys ? { macKeys: [macKeys] } : {}),
    whileEditing: true,
    run: (app) => app.toggleDrawer(id),
  };
}

const works = ({ sessions }: App) => sessions.all.some(({ state }) => state.process !== null || state.turn !== null);

/** What the window itself can do: its panels, the machine, signing out, help. */
export const shellCommands: readonly AppCommand[] = [
  {
    id: 'palette.open',
    title: 'Command palette',
    category: 'Go to',
    keywords: 'search find run everything',
    keys: ['Mod+K'],
    whileEditing: true,
    run: (app) => {
      app.palette = app.palette === null ? '' : null;
    },
  },
  {
    id: 'palette.files',
    title: 'Go to file…',
    category: 'Go to',
    keywords: 'open find',
    keys: ['Mod+P'],
    whileEditing: true,
    when: ({ workspace }) => Boolean(workspace.focused?.projectId),
    run: (app) => {
      app.palette = '/';
    },
  },
  panel('inbox', 'Inbox: everything that waits for you', 'Mod+M', 'attention asks permissions', 'Ctrl+M'),
  panel(
    'comms',
    'Comms: what agents write to each other and to you',
    'Mod+Shift+M',
    'messages channels feed btmsg chat',
  ),
  panel('tasks', 'Tasks: the board of the group', 'Mod+Shift+B', 'kanban bttask'),
  panel('metrics', 'Metrics: what agents do and what they cost', 'Mod+Shift+E', 'cost usage tokens charts'),
  panel('settings', 'Settings', 'Mod+,', 'preferences options configure'),
  {
    id: 'panel.toggle',
    title: 'Show or hide the side panel',
    category: 'Panels',
    keywords: 'drawer sidebar',
    keys: ['Mod+B'],
    whileEditing: true,
    run: (app) => app.togglePanel(),
  },
  {
    id: 'notifications.open',
    title: 'Notifications',
    category: 'Panels',
    keywords: 'bell centre center history',
    run: () => document.querySelector<HTMLElement>('[data-testid="notification-bell"]')?.click(),
  },
  {
    id: 'notifications.readAll',
    title: 'Mark all notifications as read',
    category: 'Panels',
    when: ({ notifications }) => notifications.unread > 0,
    run: ({ notifications }) => notifications.markAllRead(),
  },
  {
    id: 'notifications.clear',
    title: 'Clear the notifications',
    category: 'Panels',
    when: ({ notifications }) => notifications.all.length > 0,
    run: ({ notifications }) => notifications.clear(),
  },
  {
    id: 'toast.focus',
    title: 'Go to the newest message in the corner',
    category: 'Go to',
    keywords: 'toast notification',
    keys: ['Alt+T'],
    whileEditing: true,
    when: ({ toasts }) => toasts.list.length > 0,
    run: () => document.querySelector<HTMLElement>('[data-toast]:last-child button')?.focus(),
  },
  {
    id: 'agents.stopAll',
    title: 'Stop all agents…',
    category: 'System',
    keywords: 'halt emergency kill everything',
    when: works,
    run: (app) => {
      app.dialog = { kind: 'stopAll' };
    },
  },
  {
    id: 'agents.resumeAll',
    title: 'Let the stopped agents go on',
    category: 'System',
    keywords: 'resume wakes',
    when: ({ wakes }) => wakes.stopped.length > 0,
    run: ({ wakes }) => wakes.resumeAll(),
  },
  {
    id: 'machine.restart',
    title: 'Restart the machine process…',
    category: 'System',
    run: (app) => {
      app.dialog = { kind: 'restartMachine' };
    },
  },
  {
    id: 'window.reload',
    title: 'Reload this page',
    category: 'System',
    keywords: 'refresh update',
    run: () => location.reload(),
  },
  {
    id: 'demo.remove',
    title: 'Remove the demo group',
    category: 'Groups',
    when: ({ workspace }) => workspace.activeGroup?.projects.some(({ demo }) => demo) ?? false,
    run: ({ commands, client }) =>
      commands.run('demo:remove', 'The demo was not removed', (commandId, options) =>
        client.groups.removeDemo({ commandId }, options),
      ),
  },
  {
    id: 'group.edit',
    title: 'Edit groups…',
    category: 'Groups',
    keywords: 'create new group rename delete',
    run: (app) => app.openSettings('projects'),
  },
  {
    id: 'help.keys',
    title: 'Keyboard shortcuts',
    category: 'Help',
    keywords: 'cheat sheet keys help',
    keys: ['?'],
    run: (app) => {
      app.cheatSheet = true;
    },
  },
];
