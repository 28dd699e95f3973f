import type { AppCommand } from '../commands/index.ts';

export const exportCommands: readonly AppCommand[] = [
  {
    id: 'session.export',
    title: 'Export session…',
    category: 'Session',
    keywords: 'save download markdown html json share',
    detail: ({ workspace }) => workspace.focused?.name ?? '',
    when: ({ workspace }) => Boolean(workspace.focused && workspace.shown(workspace.focused)),
    run: (app) => {
      const box = app.workspace.focused;
      const session = box && app.workspace.shown(box);
      if (session) app.dialog = { kind: 'exportSession', session };
    },
  },
  {
    id: 'settings.secrets',
    title: 'Secrets…',
    category: 'Settings',
    keywords: 'keys tokens keyring password api',
    run: (app) => app.openSettings('secrets'),
  },
];
