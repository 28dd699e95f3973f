import { type FSWatcher, statSync, watch } from 'node:fs';

/** Folders that this machine watches at a time, whoever wants it. */
export const MAX_FOLDERS = 30_000;

/** Something happened to the entry of this name in the folder; to the folder itself when the name is null. */
export type FolderListener = (name: string | null) => void;
/** Watches one folder, not what is below it. Throws what the system says. */
export type WatchFolder = (path: string, onEvent: FolderListener, onError: (error: unknown) => void) => Disposable;

/** More folders than MAX_FOLDERS. */
export class TooManyFolders extends Error {
  override readonly name = 'TooManyFolders';
}

interface Folder {
  /** Device and inode: another folder may come to stand under the same path. */
  readonly identity: string;
  readonly watcher: Disposable;
  readonly listeners: Set<FolderListener>;
  /** The system ended the watch. */
  isDead: boolean;
}

/** The system's watches of folders, one for each however many want it. */
export class FolderWatches implements Disposable {
  readonly #folders = new Map<string, Folder>();

  constructor(
    private readonly watchFolder: WatchFolder = systemWatch,
    private readonly most = MAX_FOLDERS,
  ) {}

  get size(): number {
    return this.#folders.size;
  }

  /** Throws when the folder can't be watched: the system's error, or `TooManyFolders`. The identity is empty once the system ended the watch. */
  watch(path: string, listener: FolderListener): Disposable & { readonly identity: string } {
    const identity = identityOf(path);
    const known = this.#folders.get(path);
    const folder = known?.identity === identity && !known.isDead ? known : this.#open(path, identity, known);
    folder.listeners.add(listener);
    return {
      get identity() {
        return folder.isDead ? '' : identity;
      },
      [Symbol.dispose]: () => this.#leave(path, listener),
    };
  }

  [Symbol.dispose](): void {
    for (const { watcher } of this.#folders.values()) watcher[Symbol.dispose]();
    this.#folders.clear();
  }

  #open(path: string, identity: string, before: Folder | undefined): Folder {
    if (!before && this.#folders.size >= this.most) throw new TooManyFolders();
    const listeners = before?.listeners ?? new Set();
    before?.watcher[Symbol.dispose]();
    this.#folders.delete(path);
    const tell = (name: string | null): void => {
      for (const listener of listeners) listener(name);
    };
    const watcher = this.watchFolder(path, tell, () => {
      folder.isDead = true;
      tell(null);
    });
    const folder: Folder = { identity, watcher, listeners, isDead: false };
    this.#folders.set(path, folder);
    return folder;
  }

  #leave(path: string, listener: FolderListener): void {
    const folder = this.#folders.get(path);
    if (!folder?.listeners.delete(listener) || folder.listeners.size > 0) return;
    this.#folders.delete(path);
    folder.watcher[Symbol.dispose]();
  }
}

/** Throws when there is no such folder. */
function identityOf(path: string): string {
  const { dev, ino } = statSync(path);
  return `${dev}:${ino}`;
}

function systemWatch(path: string, onEvent: FolderListener, onError: (error: unknown) => void): Disposable {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const watcher: FSWatcher = watch(path, { persistent: false }, (_, entry) => {
    onEvent(entry);
    // A folder that was removed or moved tells its own name.
    if (entry === name) onEvent(null);
  });
  watcher.on('error', onError);
  return { [Symbol.dispose]: () => watcher.close() };
}
