import { type CommandId, newId, type SessionEvent, SessionId, type SessionState } from '@agor/protocol';
import type { AgentContext } from '../agent-context/index.ts';
import { rejected } from '../failure.ts';
import { copiedEvents } from './copied-events.ts';

/** The newest events of a transcript that a fork takes along: all of them are written in one transaction. */
const MAX_EVENTS = 3_000;
const MAX_CHARS = 4 * 1024 * 1024;
const PAGE = 500;

/**
 * A new session that goes on with a copy of this one's conversation; the vendor's program makes its copy when the new agent starts. The
 * transcript is copied too: all of it that is bounded, and where the vendor keeps none it is the conversation. Throws REJECTED where the
 * provider can't, and when nothing was said yet.
 */
export function forkSession(
  ctx: AgentContext,
  input: { readonly commandId: CommandId; readonly sessionId: SessionId; readonly title?: string | undefined },
): { sessionId: SessionId } {
  return ctx.log.transaction(() => ctx.done.once('session.fork', input, () => ({ sessionId: fork(ctx, input) })));
}

function fork(
  ctx: AgentContext,
  { sessionId, title }: { sessionId: SessionId; title?: string | undefined },
): SessionId {
  const source = ctx.log.requireState(sessionId);
  const known = ctx.run.provider(source.provider, source.projectId);
  if (!known) throw rejected(`agor knows no agent provider "${source.provider}" any more.`);
  if (!known.capabilities.fork) throw rejected(`${known.label} can't go on with a copy of a conversation.`);
  const { events, isWhole } = newest(ctx, sessionId);
  const transcript = copiedEvents(events);
  const isSaid = known.historyFromLog ? transcript.length > 0 : source.providerSessionId !== undefined;
  if (!isSaid) throw rejected('Nothing was said in this session yet, so there is nothing to copy.');
  const id = newId(SessionId);
  begin(ctx, id, source, title ?? forkTitle(source));
  if (!isWhole)
    ctx.log.append(id, [
      {
        kind: 'notice',
        level: 'info',
        code: 'fork-cut',
        message: 'Only the newest part of the transcript was copied; the session that it comes from has all of it.',
      },
    ]);
  ctx.log.append(id, transcript);
  return id;
}

function begin(ctx: AgentContext, id: SessionId, source: SessionState, title: string): void {
  const {
    projectId,
    provider,
    cwd,
    worktree,
    model,
    permissionMode,
    claudeConfigDir,
    providerSessionId,
    chosenControls,
  } = source;
  ctx.log.create(id, {
    kind: 'sessionCreated',
    projectId,
    provider,
    cwd,
    worktree,
    title,
    model,
    permissionMode,
    claudeConfigDir,
    resumeProviderSession: providerSessionId,
    forkedFrom: { sessionId: source.id, title: source.title },
  });
  if (Object.keys(chosenControls).length > 0)
    ctx.log.append(id, [{ kind: 'settingsChanged', controls: chosenControls }]);
}

function forkTitle({ title }: SessionState): string {
  return `${title.slice(0, 190)} (fork)`.trimStart();
}

/** The end of a log, oldest first, as much of it as a fork takes. */
function newest(ctx: AgentContext, id: SessionId): { events: SessionEvent[]; isWhole: boolean } {
  const pages: SessionEvent[][] = [];
  let count = 0;
  let chars = 0;
  let before = Number.MAX_SAFE_INTEGER;
  for (let more = true; more; ) {
    if (count >= MAX_EVENTS || chars >= MAX_CHARS) return { events: pages.reverse().flat(), isWhole: false };
    const page = ctx.log.page(id, before, PAGE);
    pages.push(page.events);
    count += page.events.length;
    chars += page.events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
    before = page.events[0]?.seq ?? 1;
    more = page.hasOlder;
  }
  return { events: pages.reverse().flat(), isWhole: true };
}
