import type { AppCommand } from '../commands/index.ts';

/** What can be done with the terminals of the focused project. */
export const terminalCommands: readonly AppCommand[] = [
  {
    id: 'terminal.toggle',
    title: 'Show or hide the terminals',
    category: 'Terminal',
    keywords: 'shell console section',
    detail: ({ workspace }) => workspace.focused?.name ?? '',
    keys: ['Mod+J'],
    when: ({ workspace }) => workspace.focused !== null,
    run: ({ workspace }) => {
      if (workspace.focused) workspace.toggleTerminal(workspace.focused.key);
    },
  },
];
