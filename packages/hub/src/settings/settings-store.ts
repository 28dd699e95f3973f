import {
  ProviderId,
  type ProviderOverrides,
  ProviderSettings,
  providerFamily,
  providerVariant,
  type Settings,
  settingSchema,
  settingsSchemas,
} from '@agor/protocol';
import { type ProviderDefinition, providers } from '@agor/providers';
import type { Logger } from '@agor/runtime';
import type { z } from 'zod';
import type { HubDatabase, Row } from '../database/index.ts';
import type { HubBus } from '../events/index.ts';
import { notFound, rejected } from '../failure.ts';
import { mask, restoreEdit } from '../kept-values/index.ts';
import { nearKeys } from './near-keys.ts';

type Values = { [Key in keyof typeof settingsSchemas]: ReturnType<(typeof settingsSchemas)[Key]['parse']> };

const PUT = 'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
const PROVIDERS = 'providers.';

/** The person's settings, with defaults for what they never set. In memory whole: there are a dozen and a few. */
export class SettingsStore {
  readonly #values = new Map<string, unknown>();
  readonly #db: HubDatabase;
  readonly #bus: HubBus;
  readonly #log: Logger;

  constructor(options: { readonly db: HubDatabase; readonly bus: HubBus; readonly log: Logger }) {
    this.#db = options.db;
    this.#bus = options.bus;
    this.#log = options.log;
    for (const { key, value } of this.#db.raw.query<Row['settings'], []>('SELECT key, value FROM settings').all()) {
      const read = readValue(key, value);
      // A newer agor's key, or a value that this one does not take: the row stays as it is, the default holds.
      if (read === undefined) options.log.warn('a kept setting is not understood; its default is used', { key });
      else this.#values.set(key, read);
      const wrong = read === undefined ? null : wrongConfig(key, read);
      if (wrong) options.log.warn('a kept setting of a provider is not understood', { key, wrong });
    }
  }

  /** The value of one of agor's own settings. */
  value<Key extends keyof Values>(key: Key): Values[Key] {
    return this.get(key) as Values[Key];
  }

  /** Of a provider, or of the family that it belongs to. */
  provider(id: ProviderId): ProviderSettings {
    return this.get(`${PROVIDERS}${providerFamily(id)}`) as ProviderSettings;
  }

  /** What was decided about providers, by family; those that nobody touched are absent. */
  providers(): Record<string, ProviderSettings> {
    const decided = [...this.#values].filter(([key]) => key.startsWith(PROVIDERS));
    return Object.fromEntries(decided.map(([key, value]) => [key.slice(PROVIDERS.length), value as ProviderSettings]));
  }

  /** Throws `Failure` NOT_FOUND for a key that does not exist, naming those near it. */
  get(key: string): unknown {
    const schema = requireSchema(key);
    return this.#values.has(key) ? this.#values.get(key) : defaultOf(key, schema);
  }

  /** As `get`, for clients: the values of variables are masked. */
  shown(key: string): unknown {
    return mask(this.get(key));
  }

  /** Every setting as clients may see it; `providers.<id>` for those that were set. */
  list(): Settings {
    const own = Object.keys(settingsSchemas).map((key) => [key, this.get(key)]);
    return mask(Object.fromEntries([...own, ...[...this.#values].filter(([key]) => key.startsWith(PROVIDERS))]));
  }

  /**
   * Keeps a value durably; masked values in it stay as they are kept. With `base`, what was shown when the edit began, only what differs
   * from it is changed. Throws `Failure`: NOT_FOUND for an unknown key, REJECTED for a value that the key does not take.
   */
  set(key: string, value: unknown, base?: unknown): void {
    this.setAll({ [key]: this.check(key, restoreEdit(value, this.get(key), base)) });
  }

  /** What `set` would keep. Throws as it does. */
  check(key: string, value: unknown): unknown {
    const parsed = requireSchema(key).safeParse(value);
    if (!parsed.success || value === undefined) {
      const issue = parsed.error?.issues[0];
      const where = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
      throw rejected(`${key} does not take ${brief(mask(value))}${where}: ${issue?.message ?? 'a value is needed'}`);
    }
    const wrong = wrongConfig(key, parsed.data);
    if (wrong) throw rejected(`${key} does not take this config. ${wrong}`);
    if (key.startsWith(PROVIDERS) && !familyOf(key))
      this.#log.warn('a setting is kept for a provider that this agor does not know', { key });
    return parsed.data;
  }

  /** Keeps values that were checked, together with what `within` does: all or nothing. */
  setAll(checked: Settings, within: () => void = () => {}): void {
    this.#db.write(() => {
      for (const [key, value] of Object.entries(checked)) this.#db.raw.query(PUT).run(key, JSON.stringify(value));
      within();
    });
    for (const [key, value] of Object.entries(checked)) this.#values.set(key, value);
    this.#bus.emit('settings', this.list());
  }

  /** Takes a setting back to its default, also one that a later agor changes. Throws `Failure` NOT_FOUND for an unknown key. */
  reset(key: string): void {
    requireSchema(key);
    this.#db.write(() => this.#db.raw.query('DELETE FROM settings WHERE key = ?').run(key));
    this.#values.delete(key);
    this.#bus.emit('settings', this.list());
  }

  /** What the person set, without the defaults. */
  chosen(): Settings {
    return Object.fromEntries([...this.#values].sort(([a], [b]) => a.localeCompare(b)));
  }
}

/** What a project decides differently must fit the provider as well. Throws `Failure` REJECTED in words. */
export function requireOverrides(overrides: Readonly<Record<string, ProviderOverrides>>): void {
  for (const [family, { config }] of Object.entries(overrides)) {
    const wrong = config && wrongConfig(`${PROVIDERS}${family}`, { config });
    if (wrong) throw rejected(`The project's settings of ${family} can't be taken. ${wrong}`);
  }
}

function familyOf(key: string): ProviderDefinition | undefined {
  return providers.find(({ id }) => key === `${PROVIDERS}${id}`);
}

/** Why a provider does not take its `config`, in words; null when it does, or nobody knows that provider. */
function wrongConfig(key: string, value: unknown): string | null {
  const schema = familyOf(key)?.config;
  const issues = schema?.safeParse((value as ProviderSettings).config).error?.issues ?? [];
  if (issues.length === 0) return null;
  return issues.map(({ path, message }) => `${['config', ...path].map(String).join('.')}: ${message}`).join('; ');
}

function requireSchema(key: string): z.ZodType {
  const agent = key.startsWith(PROVIDERS) ? ProviderId.safeParse(key.slice(PROVIDERS.length)).data : undefined;
  if (agent && providerVariant(agent) !== null) {
    const family = `${PROVIDERS}${providerFamily(agent)}`;
    throw notFound(`the agents of a family are set in ${family}, under config.agents.${providerVariant(agent)}.`);
  }

  const schema = schemaOf(key);
  if (schema) return schema;
  const near = nearKeys(key, [...Object.keys(settingsSchemas), `${PROVIDERS}claude`]);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There are: ${allKeys()}.`;
  throw notFound(`there is no setting ${JSON.stringify(key.slice(0, 100))}. ${hint}`);
}

function schemaOf(key: string) {
  const provider = key.startsWith(PROVIDERS) ? ProviderId.safeParse(key.slice(PROVIDERS.length)).data : undefined;
  if (key.startsWith(PROVIDERS) && (!provider || providerVariant(provider) !== null)) return null;
  return Object.hasOwn(settingsSchemas, key) || key.startsWith(PROVIDERS) ? settingSchema(key) : null;
}

function allKeys(): string {
  return [...Object.keys(settingsSchemas), `${PROVIDERS}<id>`].join(', ');
}

function defaultOf(key: string, schema: NonNullable<ReturnType<typeof settingSchema>>): unknown {
  return key.startsWith(PROVIDERS) ? ProviderSettings.parse({}) : schema.parse(undefined);
}

function readValue(key: string, json: string): unknown {
  const schema = schemaOf(key);
  if (!schema) return undefined;
  try {
    const parsed = schema.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // no JSON: the caller says so
  }
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
