import type { ProjectId } from '@agor/protocol';

/** Unsaved text of one file. */
export interface Draft {
  readonly projectId: ProjectId;
  readonly path: string;
  /** As the file would be written. */
  readonly content: string;
  /** The version that it began from; null: a file that was not there. */
  readonly version: string | null;
  readonly at: number;
}

/** Longer texts are not kept: writing megabytes at every pause of typing would be felt. */
export const MAX_DRAFT_CHARS = 2_000_000;
const MAX_DRAFTS = 60;
const STORE = 'drafts';

/** Unsaved texts, kept by the browser so that a reload, a crash or another project in the same place loses none. Where it can't keep, it keeps none. */
export class Drafts {
  #opened: Promise<IDBDatabase | null> | null = null;

  /** @param name of the browser's database: one for each tab that edits, since two may have a text of the same file */
  constructor(private readonly name: string) {}

  async get(projectId: ProjectId, path: string): Promise<Draft | null> {
    const found = await this.#with('readonly', (store) => store.get([projectId, path]));
    return isDraft(found) ? found : null;
  }

  async all(projectId: ProjectId): Promise<Draft[]> {
    const found = await this.#with('readonly', (store) => store.getAll());
    return Array.isArray(found) ? found.filter(isDraft).filter((draft) => draft.projectId === projectId) : [];
  }

  async keep(draft: Draft): Promise<void> {
    if (draft.content.length > MAX_DRAFT_CHARS) return this.forget(draft.projectId, draft.path);
    await this.#with('readwrite', (store) => store.put(draft));
    const all = (await this.#with('readonly', (store) => store.getAll())) ?? [];
    const old = (all as Draft[]).sort((a, b) => b.at - a.at).slice(MAX_DRAFTS);
    for (const { projectId, path } of old) await this.forget(projectId, path);
  }

  async forget(projectId: ProjectId, path: string): Promise<void> {
    await this.#with('readwrite', (store) => store.delete([projectId, path]));
  }

  /** Null where the browser keeps nothing (private windows, a full disk): the page still asks before it closes. */
  async #with<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    this.#opened ??= open(this.name);
    const database = await this.#opened;
    if (!database) return null;
    return new Promise((resolve) => {
      try {
        const request = ask(database.transaction(STORE, mode).objectStore(STORE));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(null);
      } catch {
        resolve(null); // the browser closed the database: nothing is kept from here on
      }
    });
  }
}

/** Of the Files tab. */
export const drafts = new Drafts('agor-files');

function open(name: string): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ['projectId', 'path'] });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
      request.onblocked = () => resolve(null);
    } catch {
      resolve(null); // switched off in this browser
    }
  });
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null) return false;
  const { projectId, path, content } = value as Partial<Record<keyof Draft, unknown>>;
  return typeof projectId === 'string' && typeof path === 'string' && typeof content === 'string';
}
