import type { AppCommand } from '../commands/index.ts';
import type { App } from '../state/app.svelte.ts';

const shown = ({ workspace }: App) => workspace.focused && workspace.shown(workspace.focused);

export const searchCommands: readonly AppCommand[] = [
  {
    id: 'search.open',
    title: 'Search everything…',
    category: 'Go to',
    keywords: 'find full text messages tool output tasks history',
    keys: ['Mod+Shift+F'],
    whileEditing: true,
    run: (app) => {
      app.search = app.search === null ? {} : null;
    },
  },
  {
    id: 'search.session',
    title: 'Find in this session…',
    category: 'Session',
    keywords: 'search transcript messages',
    detail: (app) => app.workspace.focused?.name ?? '',
    when: (app) => Boolean(shown(app)),
    run: (app) => {
      const session = shown(app);
      if (session) app.search = { sessionId: session.state.id };
    },
  },
];
