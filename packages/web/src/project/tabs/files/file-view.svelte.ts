import type { FileContent, ProjectId } from '@agor/protocol';
import type { HubClient } from '../../../state/client.ts';
import { explain } from '../../../state/commands.svelte.ts';

const LIMIT_MS = 30_000;

/** The one file that a Files tab shows. */
export class FileView {
  path = $state<string | null>(null);
  content = $state.raw<FileContent | null>(null);
  /** Why it can't be shown, in words. */
  problem = $state<string | null>(null);
  reading = $state(false);
  #reads = 0;

  constructor(
    private readonly client: HubClient,
    private readonly project: ProjectId,
  ) {}

  async show(path: string): Promise<void> {
    if (path !== this.path) {
      this.content = null;
      this.problem = null;
    }
    this.path = path;
    await this.refresh();
  }

  /** Reads the file again; what is on screen stays until then. */
  async refresh(): Promise<void> {
    const { path } = this;
    if (path === null) return;
    this.#reads += 1;
    const mine = this.#reads;
    this.reading = true;
    let content: FileContent | null = null;
    let problem: string | null = null;
    try {
      const signal = AbortSignal.timeout(LIMIT_MS);
      content = await this.client.files.read({ projectId: this.project, path }, { signal });
    } catch (error) {
      problem = explain(error);
    }
    if (mine !== this.#reads) return; // another file, or a later look at this one
    this.content = content;
    this.problem = problem;
    this.reading = false;
  }
}
