import { z } from 'zod';
import { ProjectId } from '../ids.ts';
import {
  CtxContext,
  CtxFound,
  MemoryNode,
  MemoryPage,
  MemoryQuery,
  MemoryStore,
  MemoryStoreName,
} from '../knowledge.ts';
import { base, command, done } from './base.ts';

/** What other programs remember. Only read; the databases are theirs. */
export const memory = {
  stores: base.input(z.object({})).output(z.array(MemoryStore)),
  /** Newest first, or, when words are looked for, what fits best first. REJECTED when the store can't be read. */
  search: base.input(MemoryQuery).output(MemoryPage),
  get: base.input(z.object({ store: MemoryStoreName, id: z.string().max(200) })).output(MemoryNode.nullable()),
};

/** The database of the `ctx` program. Only `create` and `register` write. */
export const ctx = {
  get: base.input(z.object({ projectId: ProjectId })).output(CtxContext),
  /** Words, taken literally, in entries of all projects and the shared ones. */
  search: base.input(z.object({ query: z.string().min(1).max(500) })).output(z.array(CtxFound)),
  /** Makes the database; one that is there stays as it is. */
  create: base.input(command).output(done),
  /** Makes the project known to it, under its name. */
  register: base.input(command.extend({ projectId: ProjectId })).output(done),
};
