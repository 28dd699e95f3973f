import type { AppCommand } from '../commands/index.ts';
import { settingSetter } from '../settings/set-setting.ts';
import type { App } from '../state/app.svelte.ts';
import { FOLLOW_SYSTEM } from './choice.ts';

/** One command a theme, also of the person's own: `theme.choose.<id>`, and `theme.followSystem`. */
export function themeCommands(app: App): readonly AppCommand[] {
  const set = settingSetter(app);
  const on = (is: boolean) => (is ? 'on' : '');
  return [
    ...app.themes.all.map(
      ({ id, label, group }): AppCommand => ({
        id: `theme.choose.${id}`,
        title: `Theme: ${label}`,
        category: 'Appearance',
        keywords: `color colour scheme ${group}`,
        detail: () => on(!app.themes.followsSystem && app.themes.current.id === id),
        run: () => set('theme', id),
      }),
    ),
    {
      id: 'theme.followSystem',
      title: 'Theme: follow the system',
      category: 'Appearance',
      keywords: 'color colour scheme light dark automatic',
      detail: () => on(app.themes.followsSystem),
      run: () => set('theme', FOLLOW_SYSTEM),
    },
  ];
}
