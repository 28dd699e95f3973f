import type { ProviderStatus } from '@agor/protocol';
import type { App } from '../state/app.svelte.ts';

/** An installation can take minutes on a slow line; the command's own limit is about an answer, not about a download. */
const LIMIT_MS = 30 * 60_000;

/** One installation of a provider's program, with its last line of progress. */
export class ProviderInstall {
  running = $state(false);
  progress = $state('');

  constructor(private readonly app: App) {}

  async start({ id, label }: Pick<ProviderStatus, 'id' | 'label'>): Promise<void> {
    this.running = true;
    this.progress = 'Starting…';
    const done = await this.app.commands.run(`provider:install:${id}`, `${label} was not installed`, (commandId) =>
      this.#follow(commandId, id),
    );
    this.running = false;
    this.progress = done.ok ? `Installed ${done.value}` : done.message;
  }

  async #follow(
    commandId: Parameters<typeof this.app.client.providers.install>[0]['commandId'],
    provider: ProviderStatus['id'],
  ) {
    let version = '';
    const steps = await this.app.client.providers.install(
      { commandId, provider },
      { signal: AbortSignal.timeout(LIMIT_MS), context: { retry: 0 } },
    );
    for await (const step of steps) {
      if ('installed' in step) version = step.installed;
      else this.progress = step.progress;
    }
    return version;
  }
}
