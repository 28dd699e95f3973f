import { z } from 'zod';

/** Names a kind of memory store that the machine has an adapter for. */
export const MemoryStoreName = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);

/** Whether a database of another program's can be read, and where it is looked for. */
export const DatabaseStanding = z.object({
  state: z.enum(['ready', 'missing', 'unreadable']),
  path: z.string(),
  /** Why it can't be read; empty otherwise. */
  message: z.string(),
});
export type DatabaseStanding = z.infer<typeof DatabaseStanding>;

/** Memories in one page, at most. */
export const MAX_MEMORIES = 50;
export const MAX_MEMORY_TAGS = 50;
/** Longer contents are cut where many are listed; `memory.get` has the whole, up to a mebibyte. */
export const MEMORY_EXCERPT_CHARS = 600;

/** Something that an agent or the person noted, as its store has it. Dates are the store's own words. */
export const MemoryNode = z.object({
  id: z.string(),
  content: z.string(),
  /** The content goes on beyond what is here. */
  isCut: z.boolean(),
  tags: z.array(z.string()),
  /** JSON, when the store keeps more of it. */
  metadata: z.string().nullable(),
  createdAt: z.string().nullable(),
  updatedAt: z.string().nullable(),
});
export type MemoryNode = z.infer<typeof MemoryNode>;

export const MemoryPage = z.object({ nodes: z.array(MemoryNode), total: z.number().int().nonnegative() });
export type MemoryPage = z.infer<typeof MemoryPage>;

export const MemoryTag = z.object({ tag: z.string(), count: z.number().int() });
export type MemoryTag = z.infer<typeof MemoryTag>;

/** One kind of memory store, as it stands on the machine. */
export const MemoryStore = z.object({
  name: MemoryStoreName,
  label: z.string(),
  /** What kind of program keeps it, for who has none. */
  about: z.string(),
  standing: DatabaseStanding,
  /** The most used ones, with how often. */
  tags: z.array(MemoryTag),
});
export type MemoryStore = z.infer<typeof MemoryStore>;

/** What memories are asked for: words, taken literally, and any of the tags. */
export const MemoryQuery = z.object({
  store: MemoryStoreName,
  query: z.string().max(500).default(''),
  tags: z.array(z.string().max(200)).max(MAX_MEMORY_TAGS).default([]),
  limit: z.number().int().min(1).max(MAX_MEMORIES).default(MAX_MEMORIES),
  offset: z.number().int().min(0).max(1_000_000).default(0),
});
export type MemoryQuery = z.infer<typeof MemoryQuery>;

/** Entries of the ctx database that are listed of each kind. */
export const MAX_CTX_ENTRIES = 200;
export const MAX_CTX_SUMMARIES = 20;
export const MAX_CTX_FOUND = 50;

export const CtxEntry = z.object({ project: z.string(), key: z.string(), value: z.string(), updatedAt: z.string() });
export type CtxEntry = z.infer<typeof CtxEntry>;
export const CtxShared = z.object({ key: z.string(), value: z.string(), updatedAt: z.string() });
export type CtxShared = z.infer<typeof CtxShared>;
export const CtxSummary = z.object({ project: z.string(), summary: z.string(), createdAt: z.string() });
export type CtxSummary = z.infer<typeof CtxSummary>;

/** What the ctx database has of a project. */
export const CtxContext = z.object({
  standing: DatabaseStanding,
  /** The name under which it has the project; null while it is not registered. */
  registeredAs: z.string().nullable(),
  entries: z.array(CtxEntry),
  shared: z.array(CtxShared),
  summaries: z.array(CtxSummary),
});
export type CtxContext = z.infer<typeof CtxContext>;

/** What the words were found in: entries of all projects, and shared ones (`project` is null). */
export const CtxFound = CtxEntry.extend({ project: z.string().nullable() });
export type CtxFound = z.infer<typeof CtxFound>;
