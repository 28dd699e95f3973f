import type { PtyId, PtyInfo, PtySize, SessionId, SshConnectionId } from '@agor/protocol';
import { SvelteMap } from 'svelte/reactivity';
import type { App } from '../state/app.svelte.ts';
import type { Box } from '../state/boxes.ts';
import { keepLayout, keptLayout } from './kept-layouts.ts';
import { fitted, inOrder, type Layout, moved, withoutSlot, withShown, withSplit } from './layout.logic.ts';
import { type OpenFrom, TerminalActions } from './terminal-actions.ts';
import { distinctTitles, terminalsOf } from './terminals-of.logic.ts';

/** Of previews in one box; opening one more closes the first. */
const MAX_PREVIEWS = 8;

export type GroupTab =
  | { readonly kind: 'pty'; readonly id: PtyId; readonly title: string; readonly pty: PtyInfo }
  | { readonly kind: 'preview'; readonly id: string; readonly title: string; readonly sessionId: SessionId };

/** What a pane that is mounted can do. */
export interface PaneHandle {
  focus(): void;
  find(): void;
}

/** The terminals of one box: its tabs, what is shown where, and what is done with them. */
export class TerminalGroup {
  readonly actions: TerminalActions;
  readonly panes = new Map<string, PaneHandle>();
  /** The terminal that the person is asked about before it is ended. */
  asking = $state<PtyId | null>(null);
  /** The tab whose name is being typed. */
  renaming = $state<string | null>(null);
  /** Focus goes to a terminal only when the person did something here: never by itself, as after a reload. */
  focusFirst = $state(false);
  /** About the size that a new terminal will have. */
  roomFor: () => PtySize = () => ({ cols: 80, rows: 24 });
  #layout = $state.raw<Layout>({} as Layout);
  /** Bells that the person has seen ring, by terminal. */
  readonly #seenBells = new SvelteMap<PtyId, number>();

  readonly ptys = $derived.by(() => terminalsOf(this.box, this.app.terminals.all, this.app.workspace.boxes));
  readonly tabs = $derived.by((): GroupTab[] => {
    const titles = distinctTitles(this.ptys);
    const ptys = this.ptys.map((pty): GroupTab => {
      return { kind: 'pty', id: pty.id, title: titles.get(pty.id) ?? pty.title, pty };
    });
    const previews = this.#layout.previews.map((sessionId) => this.#preview(sessionId as SessionId));
    return inOrder([...ptys, ...previews], this.#layout.order);
  });
  readonly layout = $derived.by(() =>
    fitted(
      this.#layout,
      this.tabs.map(({ id }) => id),
    ),
  );
  readonly shown = $derived.by(() => this.tabs.find(({ id }) => id === this.layout.slots[this.layout.focused]) ?? null);

  constructor(
    private readonly app: App,
    readonly box: Box,
  ) {
    this.actions = new TerminalActions(app);
    this.#layout = keptLayout(box.key);
  }

  get opening(): boolean {
    return this.app.commands.busy(`pty:open:${this.box.key}`);
  }

  label(tab: GroupTab): string {
    return tab.kind === 'pty' ? `Terminal ${tab.title} of ${this.box.name}` : `${tab.title} of ${this.box.name}`;
  }

  change(to: Layout): void {
    this.#layout = to;
    keepLayout(this.box.key, to);
  }

  select(id: string): void {
    this.asking = null;
    this.change(withShown(this.layout, id));
  }

  /** Shows a tab and puts the keyboard into it. */
  enter(id: string): void {
    this.select(id);
    this.focusFirst = true;
    requestAnimationFrame(() => {
      // A name is being typed: the click was half of a double one.
      if (this.renaming === null) this.panes.get(id)?.focus();
    });
  }

  /** The tab so many places on, round the ends. */
  step(by: number): void {
    const at = this.tabs.findIndex(({ id }) => id === this.shown?.id);
    const next = this.tabs[(at + by + this.tabs.length) % this.tabs.length];
    if (next) this.enter(next.id);
  }

  /** The pane so many places on, round the ends. */
  stepPane(by: number): void {
    const { slots, focused } = this.layout;
    const next = slots[(focused + by + slots.length) % slots.length];
    if (next !== undefined) this.enter(next);
  }

  async open(from: OpenFrom = {}): Promise<PtyId | null> {
    return this.#opened(from, (id) => withShown(this.layout, id));
  }

  /** A new shell in the folder of the one that the keyboard is in, beside it. */
  async split(direction: Layout['direction']): Promise<void> {
    const from = this.shown?.kind === 'pty' && !this.shown.pty.ssh ? { cwd: this.shown.pty.cwd } : {};
    await this.#opened(from, (id) => withSplit(this.layout, id, direction));
  }

  unsplit(at: number = this.layout.focused): void {
    this.change(withoutSlot(this.layout, at));
    if (this.shown) this.enter(this.shown.id);
  }

  async restart(pty: PtyInfo): Promise<void> {
    const slots = this.layout;
    const id = await this.actions.open(this.box, this.roomFor(), pty.ssh ? { ssh: pty.ssh } : { cwd: pty.cwd });
    if (id === null) return;
    this.focusFirst = true;
    this.change({ ...slots, slots: slots.slots.map((one) => (one === pty.id ? id : one)) });
    await this.actions.close(pty);
  }

  connect(ssh: SshConnectionId): Promise<PtyId | null> {
    return this.open({ ssh });
  }

  /** Shows what a session's agent runs. */
  openPreview(sessionId: SessionId): void {
    const { previews } = this.#layout;
    const next = previews.includes(sessionId) ? previews : [...previews, sessionId].slice(-MAX_PREVIEWS);
    this.#layout = { ...this.#layout, previews: next };
    this.enter(previewId(sessionId));
  }

  close(tab: GroupTab): void {
    if (tab.kind === 'preview') this.#closePreview(tab.sessionId);
    else if (tab.pty.exit) void this.actions.close(tab.pty);
    else {
      this.select(tab.id);
      this.asking = tab.id;
    }
  }

  async closeNow(pty: PtyInfo): Promise<void> {
    this.asking = null;
    const next = this.#neighbour(pty.id);
    await this.actions.close(pty);
    if (next) this.enter(next.id);
  }

  keep(pty: PtyInfo): void {
    this.asking = null;
    this.panes.get(pty.id)?.focus();
  }

  move(id: string, to: number): void {
    const order = moved(
      this.tabs.map((tab) => tab.id),
      id,
      to,
    );
    this.change({ ...this.layout, order });
  }

  /** The program rang since the person last looked. What rang before this window came is no news. */
  rings({ id, bells = 0 }: PtyInfo): boolean {
    return bells > (this.#seenBells.get(id) ?? bells);
  }

  /** Called for what is shown now, and once for each terminal that is new. */
  sawBells({ id, bells = 0 }: PtyInfo, isShown: boolean): void {
    const seen = this.#seenBells.get(id);
    if (seen === undefined || (isShown && seen !== bells)) this.#seenBells.set(id, bells);
  }

  async #opened(from: OpenFrom, place: (id: PtyId) => Layout): Promise<PtyId | null> {
    const id = await this.actions.open(this.box, this.roomFor(), from);
    if (id === null) return null;
    this.focusFirst = true;
    this.change(place(id));
    return id;
  }

  #preview(sessionId: SessionId): GroupTab {
    const state = this.app.sessions.get(sessionId)?.state;
    const name = state?.title || state?.lastPrompt || 'session';
    return { kind: 'preview', id: previewId(sessionId), title: `Agent preview: ${name.slice(0, 40)}`, sessionId };
  }

  #closePreview(sessionId: SessionId): void {
    const next = this.#neighbour(previewId(sessionId));
    this.change({ ...this.#layout, previews: this.#layout.previews.filter((id) => id !== sessionId) });
    if (next) this.enter(next.id);
  }

  #neighbour(id: string): GroupTab | undefined {
    const at = this.tabs.findIndex((tab) => tab.id === id);
    return this.tabs[at + 1] ?? this.tabs[at - 1];
  }
}

export function previewId(sessionId: SessionId): string {
  return `preview:${sessionId}`;
}
