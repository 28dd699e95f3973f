import { isPluginOn, type PluginInfo, type PluginPanel, type PluginStatusItem, type WatchFrame } from '@agor/protocol';
import { SvelteMap } from 'svelte/reactivity';
import type { App } from '../state/app.svelte.ts';
import { explain } from '../state/commands.svelte.ts';
import type { WatchReader } from '../state/watch.svelte.ts';
import { emittedName, PluginEvents } from './plugin-events.logic.ts';
import type { PluginRun } from './plugin-run.ts';

/** Kept of what a plugin says for its author. */
const MAX_LOG = 100;

export interface PluginLine {
  readonly level: 'log' | 'warn' | 'error';
  readonly text: string;
}

/** How a plugin fares in this window. */
export type PluginState = 'loading' | 'loaded' | { readonly error: string };

/** The plugins as this window runs them: those that are on, each in its own sandbox, with what they show. */
export class PluginsStore implements WatchReader, Disposable {
  /** Null until they were asked for. */
  list = $state.raw<readonly PluginInfo[] | null>(null);
  folder = $state('');
  failure = $state('');
  readonly states = new SvelteMap<string, PluginState>();
  readonly panels = new SvelteMap<string, PluginPanel>();
  readonly statusItems = new SvelteMap<string, PluginStatusItem>();
  readonly logs = new SvelteMap<string, readonly PluginLine[]>();
  /** Whose panel is shown. */
  shown = $state<string | null>(null);
  readonly #runs = new Map<string, PluginRun>();
  readonly #events: PluginEvents;
  #asked = 0;
  #over = false;

  constructor(readonly app: App) {
    this.#events = new PluginEvents((id) => {
      const projects = app.workspace.groups.groups.flatMap((group) => group.projects);
      return projects.find((one) => one.id === id)?.name ?? '';
    });
  }

  read(frame: WatchFrame): void {
    for (const event of this.#events.read(frame)) for (const run of this.#runs.values()) run.tell(event);
    if (frame.kind === 'snapshot' || frame.kind === 'plugins') void this.refresh();
  }

  /** Asks the hub what there is, starts what is on and not running, and ends what is off. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const { folder, plugins } = await this.app.client.plugins.list({});
      if (asked !== this.#asked || this.#over) return;
      this.list = plugins;
      this.folder = folder;
      this.failure = '';
    } catch (error) {
      this.failure = explain(error);
      return;
    }
    for (const run of [...this.#runs.values()]) {
      const info = this.list.find(({ id }) => id === run.id);
      if (!info || !isPluginOn(info) || info.hash !== run.info.hash) this.#end(run);
      else if (JSON.stringify(info.values) !== JSON.stringify(run.info.values)) run.setValues(info.values);
    }
    for (const id of [...this.states.keys()]) {
      const info = this.list.find((one) => one.id === id);
      if (!info || !isPluginOn(info)) this.states.delete(id);
    }
    // One that was ended in this window is started again only when the person says so.
    for (const info of this.list) if (isPluginOn(info) && !this.states.has(info.id)) void this.#begin(info);
  }

  /** Starts one anew that was ended here. */
  async restart(id: string): Promise<void> {
    const run = this.#runs.get(id);
    if (run) this.#end(run);
    this.states.delete(id);
    await this.refresh();
  }

  loaded({ id }: PluginRun): void {
    this.states.set(id, 'loaded');
  }

  /** It ended itself, or was ended for what it did. */
  ended(run: PluginRun, reason: string): void {
    if (this.#runs.get(run.id) !== run) return;
    this.#end(run);
    this.states.set(run.id, { error: reason });
    this.failed(run, 'The plugin was ended', reason);
  }

  failed({ id, info }: PluginRun, what: string, why: string): void {
    const title = `${info.manifest?.name ?? id}: ${what}`;
    this.app.toasts.add({ id: `plugin:${id}:${what}`, level: 'error', title, body: why.slice(0, 300), ms: 10_000 });
  }

  setPanel({ id }: PluginRun, panel: PluginPanel | null): void {
    if (panel) this.panels.set(id, panel);
    else this.panels.delete(id);
    if (this.shown === null || !this.panels.has(this.shown)) this.shown = this.panels.keys().next().value ?? null;
  }

  openPanel({ id }: PluginRun): void {
    this.shown = id;
    this.app.drawer = 'plugins';
  }

  setStatus({ id }: PluginRun, item: PluginStatusItem | null): void {
    if (item) this.statusItems.set(id, item);
    else this.statusItems.delete(id);
  }

  statusClicked(id: string): void {
    this.#runs.get(id)?.statusClicked();
  }

  act(id: string, action: string, values: Record<string, string>): void {
    this.#runs.get(id)?.act(action, values);
  }

  /** To the others, under the plugin's own name. */
  emit(from: PluginRun, event: string, payload: unknown): void {
    const name = emittedName(from.id, event);
    if (name === null) this.log(from, 'warn', `It tried to emit ${event}, which only agor tells.`);
    else for (const run of this.#runs.values()) if (run !== from) run.hear(name, payload);
  }

  log({ id }: PluginRun, level: PluginLine['level'], text: string): void {
    this.logs.set(id, [...(this.logs.get(id) ?? []), { level, text }].slice(-MAX_LOG));
  }

  [Symbol.dispose](): void {
    this.#over = true;
    for (const run of [...this.#runs.values()]) this.#end(run);
  }

  async #begin(info: PluginInfo): Promise<void> {
    this.states.set(info.id, 'loading');
    this.logs.delete(info.id);
    try {
      const [{ PluginRun }, program] = await Promise.all([
        import('./plugin-run.ts'),
        this.app.client.plugins.program({ id: info.id }),
      ]);
      const now = this.list?.find(({ id }) => id === info.id);
      if (this.#over || this.#runs.has(info.id) || !now || !isPluginOn(now) || program.hash !== now.hash) return;
      this.#runs.set(info.id, new PluginRun(now, program, this));
    } catch (error) {
      this.states.set(info.id, { error: explain(error) });
    }
  }

  #end(run: PluginRun): void {
    run[Symbol.dispose]();
    this.#runs.delete(run.id);
    this.states.delete(run.id);
    this.panels.delete(run.id);
    this.statusItems.delete(run.id);
    if (this.shown === run.id) this.shown = this.panels.keys().next().value ?? null;
  }
}
