import { type Clock, systemClock } from '@agor/runtime';
import { RequestFailed } from '../requests/index.ts';
import { confine } from './confine.ts';
import { rank } from './rank.ts';
import { repositoryPaths } from './repository-paths.ts';
import { walkPaths } from './walk-paths.ts';

/** Paths of one project that are searched; what lies beyond is not found. */
export const MAX_PATHS = 50_000;
/** While a person types a name, its letters come faster than this. */
const FRESH_MS = 5_000;
const MAX_ROOTS = 8;

interface Listing {
  readonly at: number;
  readonly paths: Promise<string[]>;
  readonly controller: AbortController;
  /** Searches that wait for it; when the last one is given up, so is it. */
  waiting: number;
  isDone: boolean;
}

/** Finds files of a project by parts of their names. Keeps the paths of the few projects that were asked for last, for FRESH_MS. */
export class FileFinder {
  readonly #listings = new Map<string, Listing>();

  constructor(private readonly clock: Clock = systemClock) {}

  /** The best `limit` paths, best first; without a query the first ones. Throws `RequestFailed`, or the signal's reason. */
  async find(root: string, query: string, limit: number, signal: AbortSignal): Promise<string[]> {
    const place = await confine(root, '');
    signal.throwIfAborted();
    const listing = this.#listingOf(place.root);
    listing.waiting++;
    const giveUp = () => this.#leave(place.root, listing);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const paths = await listing.paths;
      signal.throwIfAborted();
      return rank(paths, query, limit);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof RequestFailed ? error : new RequestFailed('failed', (error as Error).message);
    } finally {
      signal.removeEventListener('abort', giveUp);
      if (!signal.aborted) this.#leave(place.root, listing);
    }
  }

  #listingOf(root: string): Listing {
    const known = this.#listings.get(root);
    if (known && this.clock.monotonic() - known.at < FRESH_MS) return known;
    const controller = new AbortController();
    const paths = listPaths(root, controller.signal);
    const listing: Listing = { at: this.clock.monotonic(), paths, controller, waiting: 0, isDone: false };
    paths.then(
      () => {
        listing.isDone = true;
      },
      () => this.#forget(root, listing), // the next search tries again
    );
    this.#listings.delete(root); // so that it counts as the newest
    this.#listings.set(root, listing);
    const [oldest] = this.#listings.keys();
    if (this.#listings.size > MAX_ROOTS && oldest !== undefined) this.#listings.delete(oldest);
    return listing;
  }

  #leave(root: string, listing: Listing): void {
    listing.waiting--;
    if (listing.waiting > 0 || listing.isDone) return;
    listing.controller.abort();
    this.#forget(root, listing);
  }

  #forget(root: string, listing: Listing): void {
    if (this.#listings.get(root) === listing) this.#listings.delete(root);
  }
}

/** What git would show, where there is a repository; else what lies there. */
async function listPaths(root: string, signal: AbortSignal): Promise<string[]> {
  return (await repositoryPaths(root, MAX_PATHS, signal)) ?? walkPaths(root, MAX_PATHS, signal);
}
