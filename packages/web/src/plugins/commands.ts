import type { AppCommand } from '../commands/index.ts';

export const pluginCommands: readonly AppCommand[] = [
  {
    id: 'plugins.panel',
    title: 'Show what plugins show',
    category: 'Panels',
    keywords: 'extensions add-ons',
    when: (app) => app.plugins.panels.size > 0,
    run: (app) => app.toggleDrawer('plugins'),
  },
  {
    id: 'plugins.manage',
    title: 'Plugins…',
    category: 'Settings',
    keywords: 'extensions add-ons install enable',
    run: (app) => app.openSettings('plugins'),
  },
];
