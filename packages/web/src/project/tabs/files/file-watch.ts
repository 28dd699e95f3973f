import { type FilesFrame, MAX_WATCH_PATTERNS, type ProjectId } from '@agor/protocol';
import type { HubClient } from '../../../state/client.ts';

/** Watches of one tab; of what is beyond, "Read again" tells. */
const MAX_STREAMS = 6;
/** Folders are opened and closed by the dozen. In ms. */
const SETTLE_MS = 150;
const RETRY_MS = 2_000;

export interface Watched {
  readonly patterns: readonly string[];
  readonly files: readonly string[];
}

/** Hears what changes in a project as long as it is wanted, over lost connections too: each new beginning is told as `standing`. */
export class FileWatch implements Disposable {
  #wanted = '';
  #ended: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(
    private readonly client: HubClient,
    private readonly projectId: ProjectId,
    private readonly told: (frame: FilesFrame) => void,
  ) {}

  /** From now on these; the same again changes nothing. */
  want(what: Watched): void {
    const wanted = JSON.stringify(streamsOf(what));
    if (wanted === this.#wanted || this.#closed) return;
    this.#wanted = wanted;
    if (this.#timer === null) this.#timer = setTimeout(() => this.#begin(), SETTLE_MS);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#ended?.abort();
  }

  #begin(): void {
    this.#timer = null;
    this.#ended?.abort();
    const ended = new AbortController();
    this.#ended = ended;
    for (const what of JSON.parse(this.#wanted) as Watched[]) void this.#follow(what, ended.signal);
  }

  async #follow({ patterns, files }: Watched, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const input = { projectId: this.projectId, patterns: [...patterns], files: [...files] };
        for await (const frame of await this.client.files.watch(input, { signal })) this.told(frame);
      } catch (error) {
        if (signal.aborted) return;
        const problem = error instanceof Error ? error.message : 'The connection to agor was lost.';
        this.told({ kind: 'problem', problem });
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function streamsOf({ patterns, files }: Watched): Watched[] {
  const streams: Watched[] = [];
  const count = Math.max(Math.ceil(patterns.length / MAX_WATCH_PATTERNS), Math.ceil(files.length / MAX_WATCH_PATTERNS));
  for (let at = 0; at < Math.min(count, MAX_STREAMS); at++) {
    const [from, to] = [at * MAX_WATCH_PATTERNS, (at + 1) * MAX_WATCH_PATTERNS];
    streams.push({ patterns: patterns.slice(from, to), files: files.slice(from, to) });
  }
  return streams;
}
