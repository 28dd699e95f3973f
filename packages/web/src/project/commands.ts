import type { AppCommand, CommandSource } from '../commands/index.ts';
import type { App } from '../state/app.svelte.ts';
import { projectTabs } from './tabs/registry.ts';

/** Projects that have a key of their own (spec §10.3). */
const NUMBERED = 5;
const NUMBERED_TABS = 9;

const focusedName = ({ workspace }: App) => workspace.focused?.name ?? '';
const isFocused = ({ workspace }: App) => workspace.focused !== null;

/** The box that shortcuts act on, as it stands in the page. */
function focusedBox(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[data-testid="project-box"][data-focused]');
}

/** Shows a tab of the focused project, and goes there. */
function openTab({ workspace }: App, tab: string): void {
  const box = workspace.focused;
  if (!box) return;
  workspace.openTab(box.key, tab);
  workspace.reveal(box.key);
}

/** The tabs of the focused project, in their order. */
function tabsOf({ workspace }: App) {
  const box = workspace.focused;
  return box ? projectTabs.filter((tab) => tab.visibleFor(box)) : [];
}

/** What had the focus went with the tab that was shown: the tab that shows now takes it. */
function keepFocus(): void {
  const has = document.activeElement;
  if (has && has !== document.body && has.checkVisibility()) return;
  focusedBox()?.querySelector<HTMLElement>('[data-testid="project-tabs"] [role="tab"][aria-selected="true"]')?.focus();
}

export const projectCommands: readonly AppCommand[] = [
  ...Array.from({ length: NUMBERED }, (_, at): AppCommand => {
    const nth = at + 1;
    return {
      id: `project.${nth}`,
      title: `Go to project ${nth}`,
      category: 'Go to',
      detail: ({ workspace }) => workspace.boxes[at]?.name ?? '',
      keys: [`Alt+${nth}`],
      whileEditing: true,
      when: ({ workspace }) => at < workspace.boxes.length,
      run: ({ workspace }) => {
        const box = workspace.boxes[at];
        if (box) workspace.reveal(box.key);
      },
    };
  }),
  {
    id: 'project.previous',
    title: 'Previous project',
    category: 'Go to',
    keywords: 'focus left',
    keys: ['Mod+H'],
    macKeys: ['Ctrl+H'],
    when: ({ workspace }) => workspace.boxes.length > 1,
    run: ({ workspace }) => workspace.step(-1),
  },
  {
    id: 'project.next',
    title: 'Next project',
    category: 'Go to',
    keywords: 'focus right',
    keys: ['Mod+L'],
    when: ({ workspace }) => workspace.boxes.length > 1,
    run: ({ workspace }) => workspace.step(1),
  },
  {
    id: 'session.nextWaiting',
    title: 'Go to the next session that needs you',
    category: 'Go to',
    keywords: 'attention permission question waiting ask approve',
    keys: ['Mod+.'],
    whileEditing: true,
    when: (app) => app.attention.needs.length > 0,
    run: (app) => {
      app.visitNext();
    },
  },
  {
    id: 'project.prompt',
    title: 'Write to the agent',
    category: 'Go to',
    detail: focusedName,
    keywords: 'focus prompt message composer agent pane',
    keys: ['Mod+Shift+K'],
    whileEditing: true,
    when: isFocused,
    run: (app) => {
      openTab(app, 'model');
      requestAnimationFrame(() => focusedBox()?.querySelector<HTMLElement>('[data-testid="agent-prompt"]')?.focus());
    },
  },
  ...Array.from({ length: NUMBERED_TABS }, (_, at): AppCommand => {
    const nth = at + 1;
    return {
      id: `tab.${nth}`,
      title: `Tab ${nth} of the project`,
      category: 'Tabs',
      detail: (app) => tabsOf(app)[at]?.label ?? '',
      keys: [`Mod+Shift+${nth}`],
      whileEditing: true,
      when: (app) => at < tabsOf(app).length,
      run: (app) => {
        const tab = tabsOf(app)[at];
        if (!tab) return;
        openTab(app, tab.id);
        requestAnimationFrame(keepFocus);
      },
    };
  }),
  ...projectTabs.map(
    (tab): AppCommand => ({
      id: `tab.${tab.id}`,
      title: `Show ${tab.label}`,
      category: 'Tabs',
      keywords: 'tab switch view',
      detail: focusedName,
      when: ({ workspace }) => workspace.focused !== null && tab.visibleFor(workspace.focused),
      run: (app) => openTab(app, tab.id),
    }),
  ),
  {
    id: 'project.add',
    title: 'Add project…',
    category: 'Project',
    keywords: 'new folder repository open',
    run: (app) => app.openSettings('add-project'),
  },
  {
    id: 'project.settings',
    title: 'Project settings…',
    category: 'Project',
    detail: focusedName,
    keywords: 'edit configure agent provider model sandbox icon restart',
    when: ({ workspace }) => Boolean(workspace.focused?.config),
    run: (app) => {
      const box = app.workspace.focused;
      if (box) app.openSettings(box.agent ? `role-agent:${box.key}` : `project:${box.key}`);
    },
  },
];

/** One for each group. */
export const groupCommands: CommandSource = ({ workspace }) =>
  workspace.groups.groups.map(
    (group): AppCommand => ({
      id: `group.show.${group.id}`,
      title: `Switch to group ${group.name}`,
      category: 'Groups',
      detail: () => (group.id === workspace.activeGroup?.id ? 'shown now' : ''),
      when: () => group.id !== workspace.activeGroup?.id,
      run: (app) => app.showGroup(group.id),
    }),
  );
