import { type AskState, SESSIONS_LISTED, type SessionId, type SessionSummary } from '@agor/protocol';
import type { HubClient } from './connect.ts';
import { EXIT, Failure } from './failure.ts';

/** Every session, newest activity first, page by page. */
export async function allSessions(client: HubClient): Promise<SessionSummary[]> {
  const all = new Map<string, SessionSummary>();
  for (let before: SessionId | undefined; ; ) {
    const page = await client.session.list({ before });
    // A session under way stands behind the first page, and again on its own.
    for (const summary of page) if (!all.has(summary.state.id)) all.set(summary.state.id, summary);
    before = page[SESSIONS_LISTED - 1]?.state.id;
    if (before === undefined) return [...all.values()];
  }
}

/** The session with this id or with the only id that begins so. */
export async function findSession(client: HubClient, id: string): Promise<SessionSummary> {
  const sessions = await allSessions(client);
  return only(
    'session',
    id,
    sessions.filter((s) => s.state.id.startsWith(id)),
    (s) => s.state.id,
  );
}

/** The ask with this id (or the only one that begins so) among those that can still be answered. */
export async function findAsk(client: HubClient, id: string): Promise<AskState> {
  const sessions = await client.session.list({});
  const asks = sessions.flatMap((s) => s.state.asks).filter((a) => a.ask.id.startsWith(id));
  return only('ask', id, asks, (a) => a.ask.id);
}

function only<T>(what: string, id: string, found: readonly T[], idOf: (item: T) => string): T {
  const exact = found.find((item) => idOf(item) === id);
  if (exact) return exact;
  const [first, second] = found;
  if (!first) throw new Failure(`There is no ${what} ${id}. \`agor ps\` lists what there is.`);
  if (second) throw new Failure(`${id} is not the beginning of one ${what} only; give more of it.`, EXIT.usage);
  return first;
}
