import { z } from 'zod';
import { GroupId, ProjectId, ProviderId, SessionId } from './ids.ts';
import { AgentId } from './team.ts';

/** Longest text that is searched for, in characters. */
export const MAX_SEARCH_CHARS = 500;
/** Of one message, tool output or comment, so many characters are searched; the rest stays in its transcript. */
export const MAX_INDEXED_CHARS = 64 * 1024;

/** Nobody looks at more of one ranking; what is older is asked for with `before`. */
export const MAX_SEARCH_OFFSET = 1_000;

/** What was found: something said in a session, a tool's input or output, a task or its comment, a message between agents. */
export const SearchKind = z.enum(['message', 'tool', 'task', 'btmsg']);
export type SearchKind = z.infer<typeof SearchKind>;

/** Who said it. `agor` is what agor itself noticed or wrote. */
export const SearchRole = z.enum(['user', 'agent', 'thinking', 'tool', 'error', 'agor']);
export type SearchRole = z.infer<typeof SearchRole>;

const many = <Item extends z.ZodType>(item: Item) => z.array(item).max(100).optional();

/** Absent or empty = everything. Between two filters stands "and", within one "or". */
export const SearchFilters = z.object({
  kinds: many(SearchKind),
  roles: many(SearchRole),
  projectIds: many(ProjectId),
  groupIds: many(GroupId),
  providers: many(ProviderId),
  sessionIds: many(SessionId),
  /** From this time on, and before that one: ms since the epoch. */
  since: z.number().optional(),
  until: z.number().optional(),
});
export type SearchFilters = z.infer<typeof SearchFilters>;

export const SearchQuery = z.object({
  /** Words, of which the last one may be unfinished; "several words" in quotes stand beside each other. */
  text: z.string().max(MAX_SEARCH_CHARS),
  /** `text` is an FTS5 expression: AND, OR, NOT, NEAR(a b), word*. */
  expression: z.boolean().default(false),
  filters: SearchFilters.default({}),
  limit: z.number().int().min(1).max(100).default(30),
  /** How many of the best to leave out: those that were shown already. */
  offset: z.number().int().min(0).max(MAX_SEARCH_OFFSET).default(0),
  /** `older` of an answer: only what that one did not look at. */
  before: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
});
export type SearchQuery = z.infer<typeof SearchQuery>;

/** A piece of a snippet; `hit`: it matches. */
export const SnippetPart = z.object({ text: z.string(), hit: z.boolean() });
export type SnippetPart = z.infer<typeof SnippetPart>;

const found = {
  /** Stable while what was found stays as it is. */
  id: z.string(),
  role: SearchRole,
  projectId: ProjectId.nullable(),
  /** Ms since the epoch. */
  at: z.number(),
  snippet: z.array(SnippetPart),
  /** Only its beginning was searched. */
  cut: z.boolean(),
};

export const SearchHit = z.discriminatedUnion('kind', [
  z.object({
    ...found,
    kind: z.enum(['message', 'tool']),
    sessionId: SessionId,
    sessionTitle: z.string(),
    provider: ProviderId,
    /** The event that says it. */
    seq: z.number().int(),
  }),
  z.object({ ...found, kind: z.literal('task'), groupId: GroupId, taskId: z.string(), title: z.string() }),
  z.object({
    ...found,
    kind: z.literal('btmsg'),
    groupId: GroupId.nullable(),
    messageId: z.string(),
    from: AgentId,
    fromName: z.string(),
    /** Whom it was sent to, or the channel it stands in. */
    to: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('agent'), id: AgentId, name: z.string() }),
      z.object({ kind: z.literal('channel'), id: z.string(), name: z.string() }),
    ]),
  }),
]);
export type SearchHit = z.infer<typeof SearchHit>;

/** How far the index is behind the logs. */
export const SearchIndexState = z.enum(['current', 'catchingUp', 'rebuilding']);
export type SearchIndexState = z.infer<typeof SearchIndexState>;

export const SearchAnswer = z.object({
  /** Best first. */
  hits: z.array(SearchHit),
  /** How many there are; null: many, of which the newest were ranked. */
  total: z.number().int().nullable(),
  more: z.boolean(),
  index: SearchIndexState,
  /** There is more that is older, not looked at: ask with this as `before`. */
  older: z.string().optional(),
  /** An expression that cannot be read: why, in words. Then nothing was searched. */
  problem: z.string().optional(),
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;

export const SearchStatus = z.object({
  index: SearchIndexState,
  /** Messages, tasks… that can be found now. */
  documents: z.number().int(),
  /** Of the sessions, how many are searchable up to their end. */
  sessionsDone: z.number().int(),
  sessions: z.number().int(),
  /** Of search.db with its write-ahead log. */
  bytes: z.number().int(),
});
export type SearchStatus = z.infer<typeof SearchStatus>;
