import { z } from 'zod';
import type { Requests } from '../link/index.ts';
import { FileFinder } from './find.ts';
import { listFolders } from './folders.ts';
import { listFolder } from './list.ts';
import { readProjectFile } from './read.ts';

const Place = z.object({ root: z.string(), path: z.string() });
const MAX_FOUND = 500;
const Find = z.object({ root: z.string(), query: z.string().max(1000), limit: z.number().int().min(1).max(MAX_FOUND) });

/** `files.list`, `files.read`, `files.find` and `files.folders`: a project's files, for people and their `@`. Nothing here writes. */
export function registerFileRequests(requests: Requests): void {
  const finder = new FileFinder();
  requests.register('files.list', { params: Place, handle: ({ root, path }) => listFolder(root, path) });
  requests.register('files.read', { params: Place, handle: ({ root, path }) => readProjectFile(root, path) });
  requests.register('files.find', {
    params: Find,
    handle: ({ root, query, limit }, { signal }) => finder.find(root, query, limit, signal),
  });
  requests.register('files.folders', {
    params: z.object({ path: z.string() }),
    handle: ({ path }) => listFolders(path),
  });
}
