import type { AppCommand } from '../../../commands/index.ts';
import type { App } from '../../../state/app.svelte.ts';
import { testsOf } from './handles.ts';

const inProject = ({ workspace }: App) => (workspace.focused?.projectId ?? null) !== null;
const nameOf = ({ workspace }: App) => workspace.focused?.name ?? '';
const MAX_FRAMES = 300;

/** Shows a tab of the focused project, and waits until `found` finds what stands in it. */
async function shown<T>(app: App, tab: string, found: () => T | null | undefined): Promise<T | null> {
  const box = app.workspace.focused;
  if (!box) return null;
  app.workspace.openTab(box.key, tab);
  for (let frame = 0; frame < MAX_FRAMES && !found(); frame++)
    await new Promise((resolve) => requestAnimationFrame(resolve));
  return found() ?? null;
}
const testsIn = (app: App) => shown(app, 'testing', () => testsOf.get(app.workspace.focused?.projectId ?? null));

export const testingCommands: readonly AppCommand[] = [
  {
    id: 'testing.run',
    title: 'Run the tests',
    category: 'Project',
    keywords: 'test check',
    detail: nameOf,
    when: inProject,
    run: async (app) => (await testsIn(app))?.start(),
  },
  {
    id: 'testing.rerunFailed',
    title: 'Run the tests that failed',
    category: 'Project',
    keywords: 'test again rerun',
    detail: nameOf,
    when: (app) => testsOf.get(app.workspace.focused?.projectId ?? null)?.newest?.canRerunFailed === true,
    run: async (app) => (await testsIn(app))?.start(true),
  },
  {
    id: 'memory.search',
    title: 'Search the memories',
    category: 'Go to',
    keywords: 'memora remember notes',
    when: ({ workspace }) => workspace.focused !== null,
    run: async (app) => {
      const field = () =>
        [...document.querySelectorAll<HTMLElement>('[data-memory-search]')].find((one) => one.checkVisibility());
      (await shown(app, 'memory', field))?.focus();
    },
  },
];
