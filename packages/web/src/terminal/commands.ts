import type { AppCommand } from '../commands/index.ts';
import type { App } from '../state/app.svelte.ts';
import { terminalGroup, withTerminals } from './sections.svelte.ts';
import type { TerminalGroup } from './terminal-group.svelte.ts';

const focusedBox = ({ workspace }: App) => workspace.focused;
const name = (app: App) => focusedBox(app)?.name ?? '';

/** The terminals of the focused project, when their section was opened. */
function groupOf(app: App): TerminalGroup | undefined {
  const box = focusedBox(app);
  return box && app.workspace.terminalOpen(box.key) ? terminalGroup(box.key) : undefined;
}

/** Something that is done with the terminals of the focused project; their section is opened for it. */
function inBox(
  act: (group: TerminalGroup, app: App) => unknown,
): Pick<AppCommand, 'category' | 'detail' | 'when' | 'run'> {
  return {
    category: 'Terminal',
    detail: name,
    when: (app) => focusedBox(app) !== null,
    run: (app) => {
      const box = focusedBox(app);
      if (box) withTerminals(app, box.key, (group) => void act(group, app));
    },
  };
}

/** Something that needs a terminal that is there. */
function withShown(
  act: (group: TerminalGroup) => unknown,
  can: (group: TerminalGroup) => boolean = ({ shown }) => shown !== null,
): Pick<AppCommand, 'category' | 'detail' | 'when' | 'run'> {
  return {
    category: 'Terminal',
    detail: (app) => groupOf(app)?.shown?.title ?? name(app),
    when: (app) => {
      const group = groupOf(app);
      return group !== undefined && can(group);
    },
    run: (app) => {
      const group = groupOf(app);
      if (group) void act(group);
    },
  };
}
const isShell = ({ shown }: TerminalGroup) => shown?.kind === 'pty';
const isSplit = ({ layout }: TerminalGroup) => layout.slots.length > 1;

/** What can be done with the terminals of the focused project. */
export const terminalCommands: readonly AppCommand[] = [
  {
    id: 'terminal.toggle',
    title: 'Show or hide the terminals',
    category: 'Terminal',
    keywords: 'shell console section',
    detail: name,
    keys: ['Mod+J'],
    when: (app) => focusedBox(app) !== null,
    run: ({ workspace }) => {
      if (workspace.focused) workspace.toggleTerminal(workspace.focused.key);
    },
  },
  {
    id: 'terminal.new',
    title: 'New terminal',
    keywords: 'shell console open',
    ...inBox((group) => group.open()),
  },
  {
    id: 'terminal.splitRight',
    title: 'Split the terminal side by side',
    keywords: 'shell right pane',
    keys: ['Alt+Shift+D'],
    whileEditing: true,
    ...withShown(
      (group) => group.split('row'),
      () => true,
    ),
  },
  {
    id: 'terminal.splitDown',
    title: 'Split the terminal one above the other',
    keywords: 'shell down below pane',
    ...withShown(
      (group) => group.split('column'),
      () => true,
    ),
  },
  {
    id: 'terminal.unsplit',
    title: 'Close the terminal’s pane',
    keywords: 'unsplit; the terminal goes on in its tab',
    ...withShown((group) => group.unsplit(), isSplit),
  },
  {
    id: 'terminal.nextPane',
    title: 'Next pane of the terminals',
    keys: ['Alt+Shift+ArrowRight'],
    whileEditing: true,
    ...withShown((group) => group.stepPane(1), isSplit),
  },
  {
    id: 'terminal.previousPane',
    title: 'Previous pane of the terminals',
    keys: ['Alt+Shift+ArrowLeft'],
    whileEditing: true,
    ...withShown((group) => group.stepPane(-1), isSplit),
  },
  {
    id: 'terminal.next',
    title: 'Next terminal',
    keys: ['Alt+Shift+PageDown'],
    whileEditing: true,
    ...withShown(
      (group) => group.step(1),
      ({ tabs }) => tabs.length > 1,
    ),
  },
  {
    id: 'terminal.previous',
    title: 'Previous terminal',
    keys: ['Alt+Shift+PageUp'],
    whileEditing: true,
    ...withShown(
      (group) => group.step(-1),
      ({ tabs }) => tabs.length > 1,
    ),
  },
  {
    id: 'terminal.rename',
    title: 'Rename the terminal',
    ...withShown((group) => {
      group.renaming = group.shown?.id ?? null;
    }, isShell),
  },
  {
    id: 'terminal.find',
    title: 'Find in the terminal',
    keywords: 'search regular expression',
    keys: ['Alt+Shift+F'],
    whileEditing: true,
    ...withShown((group) => group.shown && group.panes.get(group.shown.id)?.find()),
  },
  {
    id: 'terminal.clear',
    title: 'Clear the terminal',
    keywords: 'scrollback erase',
    ...withShown((group) => group.shown?.kind === 'pty' && group.actions.clear(group.shown.pty), isShell),
  },
  {
    id: 'terminal.close',
    title: 'Close the terminal',
    keywords: 'end kill shell',
    ...withShown((group) => group.shown && group.close(group.shown)),
  },
  {
    id: 'terminal.preview',
    title: 'Show what the agent runs',
    keywords: 'agent preview commands output read-only',
    ...inBox((group, { workspace }) => {
      const session = workspace.shown(group.box);
      if (session) group.openPreview(session.state.id);
    }),
    when: ({ workspace }) => workspace.focused !== null && workspace.shown(workspace.focused) !== null,
  },
];

/** One for each SSH connection, as far as they are known: the palette has them asked for. */
export function sshCommands({ ssh }: App): readonly AppCommand[] {
  return (ssh.list.value ?? []).map(({ id, name: title, host, folder }) => ({
    id: `ssh.connect.${id}`,
    title: `Connect to ${title}`,
    keywords: `ssh ${host} ${folder} remote`,
    ...inBox((group) => group.connect(id)),
  }));
}
