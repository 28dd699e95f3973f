import { isDeepStrictEqual } from 'node:util';
import {
  type KeyringState,
  KNOWN_SECRETS,
  MAX_SECRETS,
  MIN_REDACTED_CHARS,
  SecretName,
  type SecretsStanding,
} from '@agor/protocol';
import type { Clock, Logger, SecretRedactor } from '@agor/runtime';
import type { HubBus } from '../events/index.ts';
import { notFound, rejected } from '../failure.ts';
import type { Problems } from '../problems/index.ts';
import { readIndex, type SecretIndex, writeIndex } from './index-file.ts';
import type { Keyring, KeyringAnswer, KeyringTrouble } from './keyring/index.ts';

const LOCKED = 'keyring';

export interface SecretsOptions {
  /** Where the names are kept. */
  readonly file: string;
  readonly keyring: Pick<Keyring, 'read' | 'set' | 'remove'>;
  readonly redactor: SecretRedactor;
  readonly clock: Clock;
  readonly bus: HubBus;
  readonly problems: Problems;
  readonly log: Logger;
  /** What uses a secret, in words. */
  readonly users: (name: SecretName) => string[];
}

/**
 * The person's secrets: kept by the keyring of their system, in memory here once they are needed, and nowhere else. Without any, the
 * keyring is not asked. Values leave the hub towards the machine only.
 */
export class Secrets {
  readonly #options: SecretsOptions;
  #index: SecretIndex;
  #values: Readonly<Record<string, string>> = {};
  #loading: Promise<void> | null = null;
  /** How often a value was set or removed here. */
  #changes = 0;

  constructor(options: SecretsOptions) {
    this.#options = options;
    this.#index = readIndex(options.file);
  }

  /** All values by name, as far as they were read. For the machine. */
  get values(): Readonly<Record<string, string>> {
    return this.#values;
  }

  /** Resolves when what is kept was read, or could not be; at once when there is none. Never makes the keyring ask. */
  ready(): Promise<void> {
    if (Object.keys(this.#index).length === 0) return Promise.resolve();
    this.#loading ??= this.#load(false).then(() => undefined);
    return this.#loading;
  }

  /** One value, for a part of agor that needs it itself (relay, plugins with the permission); null when there is none or it can't be read. */
  async value(name: SecretName): Promise<string | null> {
    await this.ready();
    return this.#values[name] ?? null;
  }

  /** What may be shown. Asks the keyring anew. */
  async standing(): Promise<SecretsStanding> {
    const keyring = await this.#load(false);
    const own = Object.keys(this.#index).filter((name) => !KNOWN_SECRETS.some((known) => known.name === name));
    const infos = [...KNOWN_SECRETS, ...own.sort().map((name) => ({ name, label: null }))];
    const secrets = infos.map(({ name, label }) => ({
      name,
      label,
      isSet: name in this.#index,
      since: this.#index[name] ?? null,
      isShort: (this.#values[name]?.trim().length ?? MIN_REDACTED_CHARS) < MIN_REDACTED_CHARS,
      usedBy: this.#options.users(name),
    }));
    return { keyring, secrets };
  }

  /** Throws `Failure` REJECTED with the keyring's words. */
  async set(name: SecretName, value: string): Promise<void> {
    const { keyring, clock } = this.#options;
    if (!(name in this.#index) && Object.keys(this.#index).length >= MAX_SECRETS)
      throw rejected(`There are ${MAX_SECRETS} secrets already. Remove one first.`);
    this.#require(await keyring.set(name, value));
    this.#changes++;
    this.#keep({ ...this.#index, [name]: clock.now() });
    this.#take({ ...this.#values, [name]: value });
    if (Object.keys(this.#values).length < Object.keys(this.#index).length) await this.#load(false);
  }

  /** Throws `Failure`: NOT_FOUND, or REJECTED with the keyring's words. */
  async remove(name: SecretName): Promise<void> {
    if (!(name in this.#index)) await this.#load(false);
    if (!(name in this.#index)) throw notFound(`there is no secret "${name}".`);
    this.#require(await this.#options.keyring.remove(name));
    this.#changes++;
    this.#keep(without(this.#index, name));
    this.#take(without(this.#values, name));
  }

  /** Throws `Failure` REJECTED when it stays locked. */
  async unlock(): Promise<void> {
    const state = await this.#load(true);
    if (state.state !== 'ready') throw rejected(state.message ?? 'The keyring could not be unlocked.');
  }

  async #load(prompt: boolean): Promise<KeyringState> {
    const { keyring, problems, log } = this.#options;
    const before = this.#changes;
    const answer = await keyring.read(prompt);
    // It was read before what was set or removed meanwhile, and would undo it here.
    if (answer.ok && before !== this.#changes) return await this.#load(false);
    if (!answer.ok) {
      log.info('the keyring could not be read', { state: answer.state });
      this.#missing(answer);
      return { state: answer.state, message: answer.message };
    }
    problems.clear(LOCKED);
    // What somebody else put there under a name that is none of ours is not our business.
    const values = Object.fromEntries(
      Object.entries(answer.values).filter(([name]) => SecretName.safeParse(name).success),
    );
    const index = Object.fromEntries(Object.keys(values).map((name) => [name, this.#index[name] ?? null]));
    if (!sameKeys(index, this.#index)) this.#keep(index);
    this.#take(values);
    return { state: 'ready', message: null };
  }

  /** Told while agents lack something; who uses no secret is not bothered. */
  #missing({ message }: KeyringTrouble): void {
    const missing = Object.keys(this.#index).filter((name) => !(name in this.#values));
    if (missing.length === 0) return;
    this.#options.problems.raise(LOCKED, `Your secrets (${missing.join(', ')}) can't be read. ${message}`);
  }

  #require(answer: KeyringAnswer): void {
    if (!answer.ok) throw rejected(answer.message);
  }

  #keep(index: SecretIndex): void {
    writeIndex(this.#options.file, index);
    this.#index = index;
  }

  #take(values: Readonly<Record<string, string>>): void {
    const isNews = !isDeepStrictEqual(values, this.#values);
    this.#values = values;
    this.#options.redactor.set(values);
    // Who shows them asks anew when told, which reads the keyring again: only what changed may be told.
    if (isNews) this.#options.bus.emit('secrets', 'changed');
  }
}

function without<T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}

function sameKeys(a: object, b: object): boolean {
  return JSON.stringify(Object.keys(a).sort()) === JSON.stringify(Object.keys(b).sort());
}
