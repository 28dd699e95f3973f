import { type MachineState, type ProviderId, ProviderStatus } from '@agor/protocol';
import type { Logger } from '@agor/runtime';
import { z } from 'zod';
import type { Machine } from '../core/index.ts';
import type { HubBus } from '../events/index.ts';
import { Failure, unreachable } from '../failure.ts';
import type { SettingsStore } from '../settings/index.ts';
import { withProgress } from './progress.ts';

const DETECT_MS = 30_000;
/** A vendor's program has 0.4 GB. */
const INSTALL_MS = 30 * 60_000;
const Installed = z.object({ version: z.string() });

export interface ProvidersOptions {
  readonly machine: Machine;
  readonly settings: SettingsStore;
  readonly bus: HubBus;
  readonly log: Logger;
}

/** What was found of each provider on this computer. Looked up when the machine comes, when a setting changes, and when asked. */
export class Providers implements Disposable {
  readonly #options: ProvidersOptions;
  readonly #subscriptions: Disposable[];
  #known: ProviderStatus[] = [];
  #looking: Promise<ProviderStatus[]> | null = null;
  /** Something changed while we looked: what was found is old. */
  #again = false;
  #decided: string;

  constructor(options: ProvidersOptions) {
    this.#options = options;
    this.#decided = JSON.stringify(options.settings.providers());
    this.#subscriptions = [
      options.bus.on('machine', ({ state }) => {
        if (answers(state)) this.#refreshInBackground();
      }),
      options.bus.on('settings', () => this.#settingsChanged()),
      // Keys and PATH come with it: what was looked for without them may be there after all.
      options.bus.on('environment', () => this.#refreshInBackground()),
    ];
    if (answers(options.machine.state.state)) this.#refreshInBackground();
  }

  /** What is known now; empty until the machine answered for the first time. */
  list(): ProviderStatus[] {
    return this.#known;
  }

  /** What is known, or, when nothing is yet, what a first look finds. */
  async ready(): Promise<ProviderStatus[]> {
    return this.#known.length > 0 ? this.#known : this.refresh();
  }

  /** Looks anew. Throws `Failure` UNREACHABLE without a machine. */
  refresh(): Promise<ProviderStatus[]> {
    if (this.#looking) {
      this.#again = true;
      return this.#looking;
    }
    this.#looking = this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** Installs the pinned version into agor's own folder, telling how far it is. */
  async *install(
    provider: ProviderId,
    signal?: AbortSignal,
  ): AsyncGenerator<{ progress: string } | { installed: string }, void> {
    const steps = withProgress(
      this.#options.machine,
      'providers.install',
      { provider },
      { timeoutMs: INSTALL_MS, signal },
    );
    let step = await steps.next();
    for (; !step.done; step = await steps.next()) yield { progress: step.value };
    const { version } = Installed.parse(step.value);
    this.#refreshInBackground();
    yield { installed: version };
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
  }

  async #look(): Promise<ProviderStatus[]> {
    const { machine, settings, bus } = this.#options;
    do {
      this.#again = false;
      const found = await machine.request(
        'providers.detect',
        { settings: settings.providers() },
        { timeoutMs: DETECT_MS },
      );
      const parsed = z.array(ProviderStatus).safeParse(found);
      if (!parsed.success) throw unreachable(`The machine's list of providers can't be read: ${parsed.error.message}`);
      // Whether it is switched on is the person's word, not the machine's.
      this.#known = parsed.data.map((status) => ({ ...status, enabled: settings.provider(status.id).enabled }));
    } while (this.#again);
    bus.emit('providers', this.#known);
    return this.#known;
  }

  #settingsChanged(): void {
    const decided = JSON.stringify(this.#options.settings.providers());
    if (decided === this.#decided) return;
    this.#decided = decided;
    this.#refreshInBackground();
  }

  #refreshInBackground(): void {
    this.refresh().catch((error: unknown) => {
      // Without a machine there is nothing to find; it is looked for again when the machine comes.
      if (!(error instanceof Failure)) this.#options.log.error('looking for providers failed', { error });
      else this.#options.log.info('providers could not be looked for', { why: error.message });
    });
  }
}

/** A machine of another build, which stays for the agents that run on it, can be asked as well. */
function answers(state: MachineState['state']): boolean {
  return state === 'connected' || state === 'outdated';
}
