import type { OutsideSession, ProjectId, ProviderId } from '@agor/protocol';
import type { HubClient } from '../state/client.ts';
import { explain } from '../state/commands.svelte.ts';

/** Sessions fetched at a time. */
const PAGE = 50;
/** A thousand transcripts on a slow disk take a while to be looked through. */
const LIMIT_MS = 60_000;

/** The conversations that a provider had outside agor, page by page. */
export class OutsideList {
  sessions = $state.raw<readonly OutsideSession[]>([]);
  /** Where the next page begins; null after the last one. */
  next = $state<string | null>(null);
  busy = $state(false);
  problem = $state('');
  #of: { provider: ProviderId; projectId: ProjectId | null } | null = null;
  #running = new AbortController();

  constructor(private readonly client: HubClient) {}

  /** Begins anew, of a provider and of one project's folder or all. */
  start(provider: ProviderId, projectId: ProjectId | null): Promise<void> {
    this.stop();
    this.#of = { provider, projectId };
    this.sessions = [];
    this.next = null;
    this.busy = false;
    return this.more();
  }

  async more(): Promise<void> {
    if (!this.#of || this.busy) return;
    const { provider, projectId } = this.#of;
    const running = new AbortController();
    this.#running = running;
    this.busy = true;
    this.problem = '';
    try {
      const page = await this.client.session.outside(
        { provider, limit: PAGE, ...(projectId ? { projectId } : {}), ...(this.next ? { after: this.next } : {}) },
        { signal: AbortSignal.any([running.signal, AbortSignal.timeout(LIMIT_MS)]) },
      );
      if (running.signal.aborted) return;
      const known = new Set(this.sessions.map(({ providerSessionId }) => providerSessionId));
      this.sessions = [...this.sessions, ...page.sessions.filter((one) => !known.has(one.providerSessionId))];
      this.next = page.next;
    } catch (error) {
      if (!running.signal.aborted) this.problem = explain(error);
    } finally {
      if (!running.signal.aborted) this.busy = false;
    }
  }

  /** Those whose title or folder has the words. */
  matching(words: string): readonly OutsideSession[] {
    const wanted = words.trim().toLowerCase();
    if (wanted === '') return this.sessions;
    return this.sessions.filter(({ title, cwd }) => `${title} ${cwd}`.toLowerCase().includes(wanted));
  }

  /** Nobody looks any more. */
  stop(): void {
    this.#running.abort();
  }
}
