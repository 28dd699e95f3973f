import { FileWatchWish, MAX_FILE_WATCHES, MAX_WATCHES_AT_ONCE } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import { z } from 'zod';
import type { Requests } from '../requests/index.ts';
import type { FileWatches } from './file-watches.ts';

/** The first walk through a large tree on a cold disk. */
const LIMIT_MS = 120_000;

/** `watch.update`: what the hub wants to hear of files from now on, and what no more. */
export function registerWatchRequests(requests: Requests, watches: FileWatches, clock: Clock): void {
  requests.register('watch.update', {
    params: z.object({
      set: z.array(FileWatchWish).max(MAX_WATCHES_AT_ONCE).default([]),
      end: z.array(z.string()).max(MAX_FILE_WATCHES).default([]),
    }),
    limitMs: LIMIT_MS,
    handle: async ({ set, end }) => {
      const at = clock.now();
      await watches.update(set, end);
      return { at };
    },
  });
}
