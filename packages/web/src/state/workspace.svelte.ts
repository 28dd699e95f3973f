import type { GroupsFile, ProjectId, SessionId, SessionSummary, WatchFrame } from '@agor/protocol';
import { activeGroupOf, type Box, boxesOf, folderBox, homelessSessions } from './boxes.ts';
import type { ClockStore } from './clock.svelte.ts';
import { type Remembered, readRemembered, withEntry, writeRemembered } from './remembered.ts';
import type { SessionsStore } from './sessions.svelte.ts';
import type { WatchReader } from './watch.svelte.ts';

const MIN_TERMINAL_PX = 96;
const DEFAULT_TERMINAL_PX = 256;

/** A file of a project, and a place in it. */
export interface FileToShow {
  readonly projectId: ProjectId;
  /** The folder of a worktree of the project. Absent: the project's own. */
  readonly folder?: string;
  /** Relative to that folder. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

/** Groups and projects as the hub has them, and this window's view of them: boxes, focus, tabs, chosen sessions. */
export class WorkspaceStore implements WatchReader {
  groups = $state.raw<GroupsFile>({ version: 1, groups: [], activeGroupId: '' });
  #kept = $state.raw<Remembered>(readRemembered(localStorage));
  /** The box that is to come before the person's eyes, until it has: one that was just added is not there yet. */
  toReveal = $state.raw<string | null>(null);
  /** The file that a Files tab is to show, until it does: the tab may have to be loaded first. Lines and columns count from 1. */
  fileToShow = $state.raw<FileToShow | null>(null);

  /** Text that the composer of a box is to take up behind what is written there, until it does. */
  promptToAdd = $state.raw<{ readonly boxKey: string; readonly text: string } | null>(null);

  readonly activeGroup = $derived(activeGroupOf(this.groups));
  readonly #homeless = $derived.by(() => homelessSessions(this.groups, this.sessions.all));
  readonly boxes = $derived.by(() =>
    boxesOf(this.activeGroup, this.#homeless, this.#kept.hiddenFolders, this.clock.now),
  );
  /** The box that shortcuts act on. */
  readonly focused = $derived(this.boxes.find((box) => box.key === this.#kept.focused) ?? this.boxes[0] ?? null);

  constructor(
    private readonly sessions: SessionsStore,
    private readonly clock: ClockStore,
  ) {}

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot' || frame.kind === 'groups') this.groups = frame.groups;
  }

  /** The group a project or role agent stands in, to switch to before it can be shown. */
  groupOf(id: ProjectId | null) {
    return (
      this.groups.groups.find(({ projects, agents = [] }) => [...projects, ...agents].some((one) => one.id === id)) ??
      null
    );
  }

  /** The box in which a session shows. */
  boxOf({ state: { projectId, cwd } }: SessionSummary): Pick<Box, 'key' | 'name'> {
    const { projects = [], agents = [] } = this.groupOf(projectId) ?? {};
    const member = [...projects, ...agents].find(({ id }) => id === projectId);
    return member ? { key: member.id, name: member.name } : folderBox(cwd);
  }

  /** The sessions that a box can show, newest first. */
  sessionsOf(box: Box): readonly SessionSummary[] {
    if (box.projectId) return this.sessions.ofProject(box.projectId);
    return this.#homeless.filter(({ state }) => state.cwd === box.cwd);
  }

  /** The session a box shows: the one the person picked, else the newest. */
  shown(box: Box): SessionSummary | null {
    const all = this.sessionsOf(box);
    const picked = this.#kept.sessions[box.key];
    return all.find(({ state }) => state.id === picked) ?? all[0] ?? null;
  }

  /** Shows a session in its box. Null: whichever is newest. */
  show(key: string, session: SessionId | null): void {
    const { [key]: _, ...others } = this.#kept.sessions;
    this.#keep({ sessions: session ? withEntry<string>(this.#kept.sessions, key, session) : others });
  }

  focus(key: string): void {
    if (this.#kept.focused !== key) this.#keep({ focused: key });
  }

  /** Focuses a box and scrolls it into view. */
  reveal(key: string): void {
    this.focus(key);
    this.toReveal = key;
  }

  /** Moves the focus by so many boxes, stopping at the ends. */
  step(by: number): void {
    const at = this.boxes.findIndex((box) => box.key === this.focused?.key);
    const to = this.boxes[Math.min(this.boxes.length - 1, Math.max(0, at + by))];
    if (to) this.reveal(to.key);
  }

  tab(key: string): string {
    return this.#kept.tabs[key] ?? 'model';
  }

  openTab(key: string, tab: string): void {
    this.#keep({ tabs: withEntry(this.#kept.tabs, key, tab) });
  }

  terminalOpen(key: string): boolean {
    return this.#kept.terminalOpen[key] ?? false;
  }

  toggleTerminal(key: string): void {
    this.#keep({ terminalOpen: withEntry(this.#kept.terminalOpen, key, !this.terminalOpen(key)) });
  }

  terminalHeight(key: string): number {
    return this.#kept.terminalHeight[key] ?? DEFAULT_TERMINAL_PX;
  }

  resizeTerminal(key: string, px: number): void {
    this.#keep({
      terminalHeight: withEntry(this.#kept.terminalHeight, key, Math.round(Math.max(MIN_TERMINAL_PX, px))),
    });
  }

  hideFolder(cwd: string): void {
    this.#keep({ hiddenFolders: withEntry(this.#kept.hiddenFolders, cwd, Date.now()) });
  }

  /** Of the strip of agents above the grid; null: as the window has room. */
  get agentsOpen(): boolean | null {
    return this.#kept.agentsOpen;
  }

  openAgents(agentsOpen: boolean): void {
    this.#keep({ agentsOpen });
  }

  get drawerWidth(): number {
    return this.#kept.drawerWidth;
  }

  resizeDrawer(px: number): void {
    this.#keep({ drawerWidth: Math.round(px) });
  }

  #keep(change: Partial<Remembered>): void {
    this.#kept = { ...this.#kept, ...change };
    writeRemembered(localStorage, this.#kept);
  }
}
