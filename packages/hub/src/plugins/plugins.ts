import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  MAX_PLUGIN_CALLS_PER_MINUTE,
  MAX_PLUGIN_WRITES_PER_MINUTE,
  MAX_PLUGINS,
  type PluginInfo,
  type PluginManifest,
  type PluginMethod,
  pluginMethods,
  pluginValues,
  takesPluginValue,
} from '@agor/protocol';
import type { Clock, Logger } from '@agor/runtime';
import type { HubBus } from '../events/index.ts';
import { notFound, rejected } from '../failure.ts';
import { Rate } from './call-rate.ts';
import { answerCall, type PluginReach } from './calls.ts';
import { Consents } from './consents.ts';
import { installPlugin } from './install.ts';
import { pluginWorker } from './page/index.ts';
import { type ReadPlugin, readPlugin } from './read-plugin.ts';

export interface PluginsOptions {
  /** `<config>/plugins`. */
  readonly folder: string;
  /** Where the person's decisions are kept. */
  readonly decisionsFile: string;
  readonly version: string;
  readonly clock: Clock;
  readonly bus: HubBus;
  readonly log: Logger;
  readonly reach: PluginReach;
}

export interface PluginCall {
  readonly id: string;
  /** Of the program that asks: after an update the one before has nothing to say any more. */
  readonly hash: string;
  readonly commandId: string;
  readonly method: PluginMethod;
  readonly input: unknown;
}

/** The person's plugins: what is in the folder, what they agreed to, and what each may ask of the hub. It runs none: windows do. */
export class Plugins {
  readonly #options: PluginsOptions;
  readonly #consents: Consents;
  readonly #calls: Rate;
  readonly #writes: Rate;
  #found: ReadonlyMap<string, ReadPlugin> | null = null;

  constructor(options: PluginsOptions) {
    this.#options = options;
    this.#consents = new Consents(options.decisionsFile, options.log);
    this.#calls = new Rate(MAX_PLUGIN_CALLS_PER_MINUTE, options.clock);
    this.#writes = new Rate(MAX_PLUGIN_WRITES_PER_MINUTE, options.clock);
  }

  get folder(): string {
    return this.#options.folder;
  }

  list(): PluginInfo[] {
    return [...this.#all().values()].map((plugin) => this.#infoOf(plugin));
  }

  /** Looks at the folder anew. A program that is another one now is off until the person agrees to it. */
  reload(): void {
    this.#found = null;
    this.#tell();
  }

  /** The person agrees to this very program. Throws `Failure`: NOT_FOUND, or REJECTED when it can't run or is another one by now. */
  enable(id: string, hash: string): void {
    this.#found = null; // what is on the disk now is what runs
    const { manifest, error, ...plugin } = this.#require(id);
    if (error !== null || manifest === null) throw rejected(`${id} can't run. ${error}`);
    if (plugin.hash !== hash)
      throw rejected(`${id} was changed in the meantime. Reload, look at what it wants now, and enable it then.`);
    this.#consents.put(id, { enabled: true, hash, granted: manifest.permissions });
    this.#tell();
  }

  disable(id: string): void {
    this.#require(id);
    this.#consents.put(id, { enabled: false });
    this.#tell();
  }

  /** Removes its folder, and what was decided about it unless its settings are to be kept. */
  remove(id: string, keepSettings: boolean): void {
    const { id: folder } = this.#require(id);
    // `id` is a name that was listed, so it names a direct child; a link is removed itself, not what it leads to.
    rmSync(join(this.#options.folder, folder), { recursive: true, force: true });
    if (keepSettings) this.#consents.put(id, { enabled: false, hash: '', granted: [] });
    else this.#consents.forget(id);
    this.#calls.forget(id);
    this.#writes.forget(id);
    this.#found = null;
    this.#tell();
  }

  /** For the window that runs it. What is on the disk must still be what the person agreed to. */
  program(id: string): { code: string; hash: string; worker: string } {
    const plugin = this.#requireOn(id, null);
    const now = readPlugin(this.#options.folder, id, this.#options.version);
    if (now.hash !== plugin.hash) {
      this.reload();
      throw rejected(`${id} was changed on the disk. Look at it in Settings › Plugins and enable it again.`);
    }
    return { code: now.code, hash: now.hash, worker: pluginWorker };
  }

  /** Throws `Failure` REJECTED, in words for the plugin's author, for what it may not do, does too often, or does wrongly. */
  call({ id, hash, commandId, method, input }: PluginCall): unknown {
    const { manifest } = this.#requireOn(id, hash);
    const { permission } = pluginMethods[method];
    const writes = permission === null || permission.endsWith(':write') || permission === 'notifications';
    if (!this.#calls.take(id) || (writes && !this.#writes.take(id)))
      throw rejected(`${method}: this plugin asks too often. Wait a minute.`);
    if (method === 'settings.set') {
      const parsed = pluginMethods['settings.set'].input.safeParse(input);
      if (!parsed.success) throw rejected('settings.set takes a name and a value.');
      this.set(id, parsed.data.name, parsed.data.value);
      return { ok: true };
    }
    return answerCall(this.#options.reach, manifest, this.#consents.of(id).granted, { id: commandId, method, input });
  }

  set(id: string, name: string, value: string | number | boolean): void {
    const { manifest } = this.#require(id);
    const field = manifest && Object.hasOwn(manifest.settings, name) ? manifest.settings[name] : undefined;
    if (!field) throw notFound(`${id} has no setting ${JSON.stringify(name)}.`);
    if (!takesPluginValue(field, value)) throw rejected(`${field.title} does not take ${JSON.stringify(value)}.`);
    const { values } = this.#consents.of(id);
    if (values[name] === value) return;
    this.#consents.put(id, { values: { ...values, [name]: value } });
    this.#tell();
  }

  async install(
    source: string,
    sha256: string | undefined,
  ): Promise<{ id: string; version: string; replaced: boolean }> {
    const { folder, version } = this.#options;
    const installed = await installPlugin({ folder, source, sha256, version });
    this.reload();
    return installed;
  }

  #all(): ReadonlyMap<string, ReadPlugin> {
    this.#found ??= this.#discover();
    return this.#found;
  }

  #discover(): ReadonlyMap<string, ReadPlugin> {
    const { folder, version, log } = this.#options;
    if (!existsSync(folder)) return new Map();
    const names = readdirSync(folder, { withFileTypes: true })
      .filter((one) => !one.name.startsWith('.') && (one.isDirectory() || one.isSymbolicLink()))
      .map(({ name }) => name)
      .sort();
    if (names.length > MAX_PLUGINS) log.warn('there are more plugins than agor looks at', { most: MAX_PLUGINS });
    return new Map(names.slice(0, MAX_PLUGINS).map((name) => [name, readPlugin(folder, name, version)]));
  }

  #infoOf({ id, manifest, error, hash }: ReadPlugin): PluginInfo {
    const kept = this.#consents.of(id);
    const { enabled, granted } = kept;
    const consent = kept.hash === '' ? 'none' : kept.hash === hash ? 'given' : 'changed';
    const values = manifest ? pluginValues(manifest.settings, kept.values) : {};
    return { id, manifest, error, hash, consent, enabled, granted, values };
  }

  #require(id: string): ReadPlugin {
    const found = this.#all().get(id);
    if (!found) throw notFound(`There is no plugin ${JSON.stringify(id.slice(0, 100))} in ${this.#options.folder}.`);
    return found;
  }

  #requireOn(id: string, hash: string | null): { manifest: PluginManifest; hash: string } {
    const plugin = this.#require(id);
    const { enabled, hash: agreed } = this.#consents.of(id);
    const isRight = plugin.manifest && plugin.error === null && enabled && agreed === plugin.hash;
    if (!isRight || !plugin.manifest || (hash !== null && hash !== agreed))
      throw rejected(`The plugin ${id} is not enabled.`);
    return { manifest: plugin.manifest, hash: plugin.hash };
  }

  #tell(): void {
    this.#options.bus.emit('plugins', 'changed');
  }
}

/** The folder by its real name where it is there: a configuration folder may be a link. */
export function pluginsFolder(configDir: string): string {
  const folder = join(configDir, 'plugins');
  return existsSync(folder) ? realpathSync(folder) : folder;
}
