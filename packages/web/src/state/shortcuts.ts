import type { App } from './app.svelte.ts';

export interface Shortcut {
  /** `Mod` is Ctrl, on a Mac Cmd. A range of digits ("1…5") hands the digit to `run`. */
  keys: string;
  label: string;
  group: 'Projects' | 'Panels' | 'Help';
  /** Also while the person edits text or types into a terminal. */
  whileEditing: boolean;
  run(app: App, digit: number): void;
}

/** Every shortcut of the shell (spec §10.3); the cheat-sheet and the tooltips are made from it. */
export const shortcuts: readonly Shortcut[] = [
  {
    keys: 'Alt+1…5',
    label: 'Go to project 1 to 5',
    group: 'Projects',
    whileEditing: true,
    run: ({ workspace }, digit) => {
      const box = workspace.boxes[digit - 1];
      if (box) workspace.reveal(box.key);
    },
  },
  {
    keys: 'Mod+H',
    label: 'Previous project',
    group: 'Projects',
    whileEditing: false,
    run: ({ workspace }) => workspace.step(-1),
  },
  {
    keys: 'Mod+L',
    label: 'Next project',
    group: 'Projects',
    whileEditing: false,
    run: ({ workspace }) => workspace.step(1),
  },
  {
    keys: 'Mod+.',
    label: 'Go to the next session that needs you',
    group: 'Projects',
    whileEditing: true,
    run: (app) => void app.visitNext(),
  },
  {
    keys: 'Mod+Shift+1…9',
    label: 'Tab 1 to 9 of the focused project',
    group: 'Projects',
    whileEditing: true,
    run: (_, digit) => tabButtons()[digit - 1]?.click(),
  },
  {
    keys: 'Mod+Shift+K',
    label: 'Write to the agent of the focused project',
    group: 'Projects',
    whileEditing: true,
    run: ({ workspace }) => {
      const box = workspace.focused;
      if (!box) return;
      workspace.openTab(box.key, 'model');
      workspace.reveal(box.key);
      requestAnimationFrame(() => focusedBox()?.querySelector<HTMLElement>('[data-testid="agent-prompt"]')?.focus());
    },
  },
  {
    keys: 'Mod+J',
    label: 'Show or hide the terminals of the focused project',
    group: 'Projects',
    whileEditing: false,
    run: ({ workspace }) => workspace.focused && workspace.toggleTerminal(workspace.focused.key),
  },
  {
    keys: 'Mod+M',
    label: 'Inbox: everything that waits for you',
    group: 'Panels',
    whileEditing: true,
    run: (app) => app.toggleDrawer('inbox'),
  },
  {
    keys: 'Mod+Shift+M',
    label: 'Comms: what the agents write to each other and to you',
    group: 'Panels',
    whileEditing: true,
    run: (app) => app.toggleDrawer('comms'),
  },
  {
    keys: 'Mod+Shift+B',
    label: 'Tasks: the board of the group',
    group: 'Panels',
    whileEditing: true,
    run: (app) => app.toggleDrawer('tasks'),
  },
  {
    keys: 'Mod+Shift+E',
    label: 'Metrics: what agents do and what they cost',
    group: 'Panels',
    whileEditing: true,
    run: (app) => app.toggleDrawer('metrics'),
  },
  {
    keys: 'Mod+,',
    label: 'Settings',
    group: 'Panels',
    whileEditing: true,
    run: (app) => app.toggleDrawer('settings'),
  },
  {
    keys: 'Mod+B',
    label: 'Show or hide the side panel',
    group: 'Panels',
    whileEditing: true,
    run: (app) => {
      app.drawer = app.drawer ? null : 'inbox';
    },
  },
  {
    keys: 'Alt+T',
    label: 'Go to the newest message in the corner',
    group: 'Panels',
    whileEditing: true,
    run: () => document.querySelector<HTMLElement>('[data-toast]:last-child button')?.focus(),
  },
  {
    keys: '?',
    label: 'This list',
    group: 'Help',
    whileEditing: false,
    run: (app) => {
      app.cheatSheet = true;
    },
  },
];

function focusedBox(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[data-testid="project-box"][data-focused]');
}

function tabButtons(): HTMLElement[] {
  return [...(focusedBox()?.querySelectorAll<HTMLElement>('[data-testid="project-tabs"] [role="tab"]') ?? [])];
}
