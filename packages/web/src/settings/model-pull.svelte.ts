import type { ProviderId } from '@agor/protocol';
import type { App } from '../state/app.svelte.ts';

/** A large model on a slow line. */
const LIMIT_MS = 6 * 3600_000;

/** One fetch of a model, with how far it is. */
export class ModelPull {
  running = $state(false);
  progress = $state('');
  /** Null: how much is to come is not known. */
  percent = $state<number | null>(null);
  #stop = new AbortController();

  constructor(private readonly app: App) {}

  /** Returns whether the model is there now. */
  async start(provider: ProviderId, model: string): Promise<boolean> {
    if (this.running) return false;
    const stop = new AbortController();
    this.#stop = stop;
    this.running = true;
    this.percent = null;
    this.progress = 'Starting…';
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(LIMIT_MS)]);
    const done = await this.app.commands.run(
      `model:pull:${provider}`,
      `${model} was not fetched`,
      async (commandId) => {
        try {
          const steps = await this.app.client.providers.pullModel(
            { commandId, provider, model },
            { signal, context: { retry: 0 } },
          );
          for await (const step of steps) if ('progress' in step) this.#told(step);
          return !stop.signal.aborted;
        } catch (error) {
          // The person stopped it: that is no failure.
          if (stop.signal.aborted) return false;
          throw error;
        }
      },
    );
    this.running = false;
    this.progress = done.ok ? (done.value ? `Fetched ${model}` : 'Stopped') : done.message;
    return done.ok && done.value;
  }

  cancel(): void {
    this.#stop.abort();
  }

  #told({ progress, percent }: { progress: string; percent: number | null }): void {
    this.progress = progress;
    this.percent = percent;
  }
}
