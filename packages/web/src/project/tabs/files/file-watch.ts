import { type FilesFrame, MAX_WATCH_PATTERNS, type ProjectId } from '@agor/protocol';
import type { HubClient } from '../../../state/client.ts';

/** Watches of one tab; of what is beyond, "Read again" tells. */
const MAX_STREAMS = 6;
/** Folders are opened and closed by the dozen. In ms. */
const SETTLE_MS = 150;
const RETRY_MS = 2_000;

/** By path from the project on; the folder '' is the project's. */
export interface Watched {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

export interface Heard {
  /** These are watched from now on: what was read of them before may have changed since. Null: all of them. */
  stands(added: Watched | null): void;
  changes(frame: FilesFrame & { kind: 'changes' }): void;
  /** Why changes are not noticed, in words. */
  problem(problem: string | null): void;
}

interface Round {
  readonly what: Watched;
  readonly ended: AbortController;
  /** Streams that do not stand yet. */
  left: number;
}

/** Hears what changes in a project as long as it is wanted, over lost connections too. What is added is watched before the watch that was ends. */
export class FileWatch implements Disposable {
  #wanted: Watched = { folders: [], files: [] };
  #key = '';
  #round: Round | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(
    private readonly client: HubClient,
    private readonly projectId: ProjectId,
    private readonly heard: Heard,
  ) {}

  /** From now on these; the same again changes nothing. */
  want(what: Watched): void {
    const key = JSON.stringify(what);
    if (key === this.#key || this.#closed) return;
    this.#key = key;
    this.#wanted = what;
    if (this.#timer === null) this.#timer = setTimeout(() => this.#begin(), SETTLE_MS);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#round?.ended.abort();
  }

  #begin(): void {
    this.#timer = null;
    const before = this.#round;
    const streams = streamsOf(this.#wanted);
    const round: Round = { what: this.#wanted, ended: new AbortController(), left: streams.length };
    this.#round = round;
    // One that never stood has nothing to hand over.
    if (before && before.left > 0) before.ended.abort();
    for (const what of streams) void this.#follow(what, round, before?.left === 0 ? before : null);
  }

  async #follow({ folders, files }: Watched, round: Round, before: Round | null): Promise<void> {
    const { signal } = round.ended;
    const patterns = folders.map((folder) => (folder === '' ? '*' : `${literal(folder)}/*`));
    let isFirst = true;
    while (!signal.aborted) {
      try {
        const input = { projectId: this.projectId, patterns, files: [...files] };
        for await (const frame of await this.client.files.watch(input, { signal })) {
          if (frame.kind !== 'standing') this.#hand(frame);
          else if (isFirst) this.#stands(round, before);
          else this.heard.stands(null);
          if (frame.kind === 'standing') isFirst = false;
        }
      } catch (error) {
        if (signal.aborted) return;
        this.heard.problem(error instanceof Error ? error.message : 'The connection to agor was lost.');
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  #hand(frame: Exclude<FilesFrame, { kind: 'standing' }>): void {
    if (frame.kind === 'problem') this.heard.problem(frame.problem);
    else this.heard.changes(frame);
  }

  #stands(round: Round, before: Round | null): void {
    round.left--;
    if (round.left > 0) return;
    before?.ended.abort();
    const known = before && { folders: new Set(before.what.folders), files: new Set(before.what.files) };
    this.heard.stands(
      known && {
        folders: round.what.folders.filter((folder) => !known.folders.has(folder)),
        files: round.what.files.filter((file) => !known.files.has(file)),
      },
    );
  }
}

/** A folder's name in a glob, whatever characters it has. */
function literal(folder: string): string {
  return folder.replace(/[[\]{}*?!\\]/g, '\\$&');
}

function streamsOf({ folders, files }: Watched): Watched[] {
  const streams: Watched[] = [];
  const count = Math.max(Math.ceil(folders.length / MAX_WATCH_PATTERNS), Math.ceil(files.length / MAX_WATCH_PATTERNS));
  for (let at = 0; at < Math.min(count, MAX_STREAMS); at++) {
    const [from, to] = [at * MAX_WATCH_PATTERNS, (at + 1) * MAX_WATCH_PATTERNS];
    streams.push({ folders: folders.slice(from, to), files: files.slice(from, to) });
  }
  return streams;
}
