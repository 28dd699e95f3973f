import { type } from '@orpc/contract';
import { z } from 'zod';
import type { SessionEvent } from '../events.ts';
import { ProjectId, ProviderId, SessionId } from '../ids.ts';
import { OutsidePage } from '../outside.ts';
import { PermissionMode } from '../settings.ts';
import { SessionSummary as SessionSummarySchema } from '../state.ts';
import { base, command, done } from './base.ts';
import { SESSIONS_LISTED } from './frames.ts';

export const session = {
  /**
   * The newest `limit` sessions by activity and, on the first page without a project, behind them every older one that is
   * still under way. `before` (the `limit`th of the page before) leads to the next page. `state.models` and
   * `state.commands` are empty in summaries, here and in `events.watch`: they are large and only of use to who follows.
   */
  list: base
    .input(
      z.object({
        projectId: ProjectId.optional(),
        before: SessionId.optional(),
        limit: z.number().int().min(1).max(SESSIONS_LISTED).default(SESSIONS_LISTED),
      }),
    )
    .output(z.array(SessionSummarySchema)),
  /** One session, whole. */
  get: base.input(z.object({ sessionId: SessionId })).output(SessionSummarySchema),
  /** An empty session: the "New session" of a box. */
  create: base
    .input(
      command.extend({
        projectId: ProjectId,
        provider: ProviderId.optional(),
        model: z.string().optional(),
        permissionMode: PermissionMode.optional(),
        /** In a git worktree of its own. Absent: as the project decides. */
        worktree: z.boolean().optional(),
      }),
    )
    .output(z.object({ sessionId: SessionId })),
  rename: base.input(command.extend({ sessionId: SessionId, title: z.string().min(1).max(200) })).output(done),
  /** A new session that goes on with a copy of this one's conversation; both live on. REJECTED where the provider can't. */
  fork: base
    .input(command.extend({ sessionId: SessionId, title: z.string().min(1).max(200).optional() }))
    .output(z.object({ sessionId: SessionId })),
  /** Conversations that the vendor's program had outside agor, the newest first; of a project's folder, or all. */
  outside: base
    .input(
      z.object({
        provider: ProviderId,
        projectId: ProjectId.optional(),
        after: z.string().optional(),
        limit: z.number().int().min(1).max(200).default(50),
      }),
    )
    .output(OutsidePage),
  /** Makes such a conversation a session with its transcript. The same one twice gives the same session. */
  import: base
    .input(command.extend({ provider: ProviderId, providerSessionId: z.string(), projectId: ProjectId.optional() }))
    .output(z.object({ sessionId: SessionId })),
};

export const persistence = {
  /** Events before `before`, oldest first. */
  page: base
    .input(
      z.object({
        sessionId: SessionId,
        before: z.number().int().positive(),
        limit: z.number().int().min(1).max(2000).default(400),
      }),
    )
    .output(type<{ events: SessionEvent[]; hasOlder: boolean }>()),
};
