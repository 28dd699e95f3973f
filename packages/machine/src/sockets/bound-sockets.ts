import { lstatSync, rmSync } from 'node:fs';
import { type AgorPaths, type Clock, type Logger, privately, type Timer, withUsableRuntimeDir } from '@agor/runtime';

/** How often it is looked whether the sockets are still there: one lstat each. In ms. */
const LOOK_EVERY_MS = 2_000;

export interface BoundSocketsOptions {
  readonly paths: AgorPaths;
  /** The socket files that `listen` makes. */
  readonly files: (paths: AgorPaths) => readonly string[];
  /** Binds them; disposing ends all connections. Throws when one cannot be bound. */
  readonly listen: (paths: AgorPaths) => Disposable;
  /** They were bound again, maybe in another runtime folder. */
  readonly onRebound: (paths: AgorPaths) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Unix sockets that stay reachable: a logout, or a cleaner of /tmp, removes their folder under a program that lives on. They are
 * bound again where they were or, if that folder is not ours to make any more, below /tmp. Who is connected then is cut off and
 * comes again. Only for the holder of the lock: what lies in the way is a leftover.
 */
export class BoundSockets implements Disposable {
  #paths: AgorPaths;
  #listening: Disposable | null;
  #inodes: readonly (number | null)[];
  readonly #timer: Timer;

  /** Throws when the sockets cannot be bound. */
  constructor(private readonly options: BoundSocketsOptions) {
    this.#paths = options.paths;
    this.#listening = this.#bind();
    this.#inodes = this.#look();
    this.#timer = options.clock.setInterval(() => this.#check(), LOOK_EVERY_MS);
  }

  /** Where they are now. */
  get paths(): AgorPaths {
    return this.#paths;
  }

  [Symbol.dispose](): void {
    this.#timer.cancel();
    this.#listening?.[Symbol.dispose]();
    this.#remove();
  }

  /** Ends all connections and listens anew. */
  rebind(): void {
    const { log, onRebound } = this.options;
    this.#listening?.[Symbol.dispose]();
    this.#listening = null;
    try {
      this.#paths = withUsableRuntimeDir(this.#paths);
      this.#listening = this.#bind();
      this.#inodes = this.#look();
    } catch (error) {
      log.error('the sockets cannot be bound; it is tried again', { error });
      return;
    }
    onRebound(this.#paths);
  }

  #check(): void {
    const inodes = this.#look();
    const there = inodes.every((inode, i) => inode !== null && inode === this.#inodes[i]);
    if (there && this.#listening) return;
    this.options.log.warn('the sockets have vanished; they are bound again', { runtimeDir: this.#paths.runtimeDir });
    this.rebind();
  }

  #bind(): Disposable {
    this.#remove();
    return privately(() => this.options.listen(this.#paths));
  }

  #look(): (number | null)[] {
    return this.options.files(this.#paths).map(inodeOf);
  }

  #remove(): void {
    for (const path of this.options.files(this.#paths)) if (inodeOf(path) !== null) rmSync(path, { force: true });
  }
}

function inodeOf(path: string): number | null {
  try {
    return lstatSync(path).ino;
  } catch {
    return null; // not there, or not to be reached: to those who seek us that is the same
  }
}
