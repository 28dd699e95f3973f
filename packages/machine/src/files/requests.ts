import { FileVersion, MAX_FILE_CHUNK_BYTES, MAX_FILE_READ_BYTES } from '@agor/protocol';
import { z } from 'zod';
import type { Requests } from '../requests/index.ts';
import { createEntry, renameEntry } from './change.ts';
import { describeRaw, readChunk } from './chunk.ts';
import { FileFinder } from './find.ts';
import { listFolders } from './folders.ts';
import { listFolder } from './list.ts';
import { fileMarks } from './marks.ts';
import { readProjectFile } from './read.ts';
import { searchFiles } from './search.ts';
import { restoreEntry, trashEntry } from './trash.ts';
import { writeProjectFile } from './write.ts';

const Root = z.object({ root: z.string() });
const Place = Root.extend({ path: z.string() });
const MAX_FOUND = 500;
const Find = Root.extend({ query: z.string().max(1000), limit: z.number().int().min(1).max(MAX_FOUND) });
const Write = Place.extend({ content: z.string().max(MAX_FILE_READ_BYTES), expected: FileVersion.nullable() });
const Chunk = Place.extend({
  version: FileVersion,
  offset: z.number().int().nonnegative(),
  length: z.number().int().min(1).max(MAX_FILE_CHUNK_BYTES),
});
/** Large folders take their time to be deleted. */
const DELETE_LIMIT_MS = 120_000;

/** The files of projects, for people and their `@`: what is asked, and what is changed. */
export function registerFileRequests(requests: Requests): void {
  registerReading(requests);
  requests.register('files.write', {
    params: Write,
    handle: ({ root, path, content, expected }) => writeProjectFile(root, path, content, expected),
  });
  requests.register('files.create', {
    params: Place.extend({ kind: z.enum(['file', 'folder']) }),
    handle: ({ root, path, kind }) => createEntry(root, path, kind),
  });
  requests.register('files.rename', {
    params: Root.extend({ from: z.string(), to: z.string(), overwrite: z.boolean() }),
    handle: ({ root, from, to, overwrite }) => renameEntry(root, from, to, overwrite),
  });
  requests.register('files.trash', {
    params: Place.extend({ permanently: z.boolean() }),
    limitMs: DELETE_LIMIT_MS,
    handle: ({ root, path, permanently }) => trashEntry(root, path, permanently),
  });
  requests.register('files.restore', {
    params: Root.extend({ restoreId: z.string() }),
    handle: ({ root, restoreId }) => restoreEntry(root, restoreId),
  });
}

function registerReading(requests: Requests): void {
  const finder = new FileFinder();
  requests.register('files.list', {
    params: Place.extend({ hidden: z.boolean().default(false) }),
    handle: ({ root, path, hidden }, { signal }) => listFolder(root, path, { hidden, signal }),
  });
  requests.register('files.read', { params: Place, handle: ({ root, path }) => readProjectFile(root, path) });
  requests.register('files.raw', { params: Place, handle: ({ root, path }) => describeRaw(root, path) });
  requests.register('files.chunk', {
    params: Chunk,
    handle: ({ root, path, version, offset, length }) => readChunk(root, path, version, offset, length),
  });
  requests.register('files.marks', { params: Root, handle: ({ root }, { signal }) => fileMarks(root, signal) });
  requests.register('files.find', {
    params: Find,
    handle: ({ root, query, limit }, { signal }) => finder.find(root, query, limit, signal),
  });
  requests.register('files.search', {
    params: Root.extend({ query: z.string() }),
    handle: ({ root, query }, { signal }) => searchFiles(root, query, signal),
  });
  requests.register('files.folders', {
    params: z.object({ path: z.string() }),
    handle: ({ path }) => listFolders(path),
  });
}
