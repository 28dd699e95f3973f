import type { App } from '../state/app.svelte.ts';

/** What a command belongs to, in the order in which lists of commands show it. */
export const categories = [
  'Go to',
  'Project',
  'Tabs',
  'Session',
  'Terminal',
  'Files',
  'Panels',
  'Team',
  'Groups',
  'Appearance',
  'Settings',
  'System',
  'Help',
  'Plugins',
] as const;
export type Category = (typeof categories)[number];

/**
 * Something that the application can do. Palette, keyboard, cheat-sheet, tooltips and the settings of keys are all made from the list of
 * commands: an action that stands here can be found by its words and be given a key, and nothing else has to be written for it.
 */
export interface AppCommand {
  /** Stable, because keys that the person chose and what they used last are kept by it: "project.next", "tab.files", "terminal.new". */
  readonly id: string;
  /** What it does, as in a menu: "New session". Plain text; one that comes from outside (a plugin's) is rendered as such. */
  readonly title: string;
  readonly category: Category;
  /** Other words that people look for it by. */
  readonly keywords?: string;
  /** What it would act on now: the name of the project, "on". Shown behind the title. */
  detail?(app: App): string;
  /**
   * Its keys, as long as the person chose no others: "Mod+Shift+K", where Mod is Ctrl, on a Mac Cmd. See keys.ts for the names. A key that
   * the person gave to another command is that command's alone.
   */
  readonly keys?: readonly string[];
  /** Instead of `keys` on a Mac, where its system takes those. */
  readonly macKeys?: readonly string[];
  /** Its keys count also while the person edits text or types into a terminal. Keys without Ctrl, Cmd or Alt never do. */
  readonly whileEditing?: boolean;
  /** Whether it can be done now; without it, always. What can't be done is not offered, and its keys are the browser's. */
  when?(app: App): boolean;
  /** What it returns is nobody's business; a promise that fails is a bug of the command, reported as such. */
  run(app: App): unknown;
}

/** Commands that follow from what there is now, such as one for each group. Read as `$derived` is: what it reads it follows. */
export type CommandSource = (app: App) => readonly AppCommand[];
