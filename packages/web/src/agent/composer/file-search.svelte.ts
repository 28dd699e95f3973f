import type { ProjectId } from '@agor/protocol';
import type { HubClient } from '../../state/client.ts';

const WAIT_MS = 120;
const LIMIT = 20;

/** Looks for files as the person types: waits for a pause, and gives up a search that a later letter made stale. */
export class FileSearch implements Disposable {
  found = $state.raw<readonly string[]>([]);
  busy = $state(false);
  failed = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;
  #query: string | null = null;

  constructor(private readonly client: HubClient) {}

  look(projectId: ProjectId, query: string): void {
    if (query === this.#query) return;
    this.#stop();
    this.#query = query;
    this.busy = true;
    this.#timer = setTimeout(() => void this.#find(projectId, query), WAIT_MS);
  }

  /** The menu is closed. */
  end(): void {
    this.#stop();
    this.#query = null;
    this.found = [];
    this.busy = false;
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
  }

  async #find(projectId: ProjectId, query: string): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    try {
      const found = await this.client.files.find({ projectId, query, limit: LIMIT }, { signal: running.signal });
      if (running.signal.aborted) return;
      this.found = found;
      this.failed = false;
    } catch {
      // Said in the menu: a search is repeated with the next letter.
      if (!running.signal.aborted) this.failed = true;
    } finally {
      if (!running.signal.aborted) this.busy = false;
    }
  }
}
