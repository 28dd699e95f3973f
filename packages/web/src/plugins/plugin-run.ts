import {
  CommandId,
  type FromPlugin,
  newId,
  type PluginInfo,
  PluginMethodName,
  type PluginPanel,
  type PluginPermission,
  pluginMethods,
} from '@agor/protocol';
import { flushSync } from 'svelte';
import { explain } from '../state/commands.svelte.ts';
import { visible } from '../ui/visible.ts';
import { Paced } from './paced.logic.ts';
import type { PluginEvent } from './plugin-events.logic.ts';
import type { PluginsStore } from './plugins.svelte.ts';
import { Sandbox } from './sandbox.ts';

/** Of one plugin in one window. */
const MAX_COMMANDS = 50;
const MAX_SUBSCRIPTIONS = 50;
const MAX_PENDING_CALLS = 20;
/** A command that takes longer is told to the person; it goes on. In ms. */
const COMMAND_LIMIT_MS = 30_000;

/** What each message needs of the manifest; those that are not named need nothing. */
const NEEDS: Partial<Record<FromPlugin['type'], PluginPermission>> = {
  command: 'palette',
  commandGone: 'palette',
  emit: 'events',
  panel: 'ui',
  openPanel: 'ui',
  status: 'ui',
};

/** A plugin as this window runs it: what it registered, and what it may do with it. */
export class PluginRun implements Disposable {
  readonly #sandbox: Sandbox;
  readonly #permissions: ReadonlySet<PluginPermission>;
  readonly #events = new Set<string>();
  readonly #commands = new Map<number, () => void>();
  readonly #running = new Map<number, ReturnType<typeof setTimeout>>();
  readonly #stop = new AbortController();
  readonly #panel: Paced<PluginPanel | null>;
  #calls = 0;
  #runs = 0;
  /** Its panel comes to the front at its start and once for each thing that the person did with it: else no other could be looked at. */
  #mayOpen = true;

  constructor(
    readonly info: PluginInfo,
    program: { readonly code: string; readonly worker: string },
    private readonly store: PluginsStore,
  ) {
    this.#permissions = new Set(info.manifest?.permissions);
    this.#panel = new Paced((panel) => flushSync(() => store.setPanel(this, panel)));
    this.#sandbox = new Sandbox(info, program, store.app.watch.version, {
      message: (message) => this.#take(message),
      ended: (reason) => store.ended(this, reason),
    });
  }

  get id(): string {
    return this.info.id;
  }

  /** Tells it, when it listens and may know. */
  tell({ event, needs, payload, words }: PluginEvent): void {
    if (!this.#events.has(event) || !this.#permissions.has(needs)) return;
    const may = words && this.#permissions.has('sessions:read') ? { ...payload, ...words } : payload;
    this.#sandbox.send({ type: 'event', event, payload: may });
  }

  /** Another plugin emitted it. */
  hear(event: string, payload: unknown): void {
    if (this.#events.has(event) && this.#permissions.has('events'))
      this.#sandbox.send({ type: 'event', event, payload });
  }

  act(id: string, values: Record<string, string>): void {
    this.#mayOpen = true;
    this.#sandbox.send({ type: 'action', id, values });
  }

  statusClicked(): void {
    this.#mayOpen = true;
    this.#sandbox.send({ type: 'statusClicked' });
  }

  setValues(values: PluginInfo['values']): void {
    this.#sandbox.send({ type: 'values', values });
  }

  [Symbol.dispose](): void {
    this.#sandbox[Symbol.dispose]();
    this.#stop.abort();
    this.#panel[Symbol.dispose]();
    for (const timer of this.#running.values()) clearTimeout(timer);
    for (const end of this.#commands.values()) end();
    this.#running.clear();
    this.#commands.clear();
    this.#events.clear();
  }

  #take(message: FromPlugin): void {
    const needs = NEEDS[message.type];
    if (needs && !this.#permissions.has(needs)) {
      this.#refuse(`It tried "${message.type}" without the permission "${needs}".`);
      return;
    }
    switch (message.type) {
      case 'loaded':
        this.store.loaded(this);
        return;
      case 'command':
        this.#addCommand(message.id, visible(message.title), message.keywords);
        return;
      case 'commandGone':
        this.#commands.get(message.id)?.();
        this.#commands.delete(message.id);
        return;
      case 'on':
        if (this.#events.size >= MAX_SUBSCRIPTIONS) {
          this.#refuse(`It listens to more than ${MAX_SUBSCRIPTIONS} events.`);
          return;
        }
        this.#events.add(message.event);
        return;
      case 'off':
        this.#events.delete(message.event);
        return;
      case 'emit':
        this.store.emit(this, message.event, message.payload);
        return;
      case 'panel':
        this.#panel.take(message.panel);
        return;
      case 'openPanel':
        this.#openPanel();
        return;
      case 'status':
        this.store.setStatus(this, message.item);
        return;
      case 'call':
        void this.#call(message.id, message.method, message.input);
        return;
      case 'done':
        this.#done(message.id, message.error);
        return;
      case 'log':
        this.store.log(this, message.level, message.text);
        return;
    }
  }

  #openPanel(): void {
    if (!this.#mayOpen) {
      this.#refuse(
        'It tried to open its panel unasked. A panel opens after a command, a button or a click on its item.',
      );
      return;
    }
    this.#mayOpen = false;
    this.store.openPanel(this);
  }

  #addCommand(id: number, title: string, keywords: string): void {
    if (this.#commands.size >= MAX_COMMANDS) {
      this.#refuse(`It registers more than ${MAX_COMMANDS} commands.`);
      return;
    }
    if (this.#commands.has(id)) return;
    const name = this.info.manifest?.name ?? this.id;
    const run = () => {
      this.#mayOpen = true;
      const of = ++this.#runs;
      const late = () => this.store.failed(this, `“${title}” takes long`, 'It has not come to its end yet.');
      this.#running.set(of, setTimeout(late, COMMAND_LIMIT_MS));
      this.#sandbox.send({ type: 'run', id: of, command: id });
    };
    const command = {
      id: `plugin.${this.id}.${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.${id}`,
      title,
      category: 'Plugins' as const,
      keywords: `${name} ${keywords}`,
      detail: () => name,
      run,
    };
    this.#commands.set(id, this.store.app.commandList.register([command]));
  }

  #done(id: number, error: string | null): void {
    if (!this.#running.has(id)) return;
    clearTimeout(this.#running.get(id));
    this.#running.delete(id);
    if (error !== null) this.store.failed(this, 'A command failed', error);
  }

  async #call(id: number, method: string, input: unknown): Promise<void> {
    const refuse = (message: string) => this.#sandbox.send({ type: 'refused', id, message });
    const name = PluginMethodName.safeParse(method).data;
    if (!name) {
      refuse(`There is no method ${method}.`);
      return;
    }
    const { permission } = pluginMethods[name];
    if (permission !== null && !this.#permissions.has(permission)) {
      this.#refuse(`It called ${name} without the permission "${permission}".`);
      refuse(`${name} needs the permission "${permission}", which this plugin's manifest does not name.`);
      return;
    }
    if (this.#calls >= MAX_PENDING_CALLS) {
      refuse(`More than ${MAX_PENDING_CALLS} calls at once. Await them.`);
      return;
    }
    this.#calls++;
    try {
      const call = { commandId: newId(CommandId), id: this.id, hash: this.info.hash, method: name, input };
      const value = await this.store.app.client.plugins.call(call, { signal: this.#stop.signal });
      this.#sandbox.send({ type: 'result', id, value });
    } catch (error) {
      refuse(explain(error)); // the plugin is told; it decides what to do
    } finally {
      this.#calls--;
    }
  }

  #refuse(text: string): void {
    this.store.log(this, 'warn', text);
  }
}
