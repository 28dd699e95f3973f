import type { OutsideQuery, ServicePlace } from '../../services.ts';
import { type Described, describeTranscript } from './describe-transcript.ts';
import { findTranscripts, inParallel, type Transcript } from './transcripts.ts';

/** The most that one page holds, whatever is asked for. */
const MAX_PAGE = 200;

/**
 * Conversations of Claude Code, the newest first. Every file is looked at (its time and size), but only those of the page are read, and of
 * those only beginning and end: a thousand long ones cost no more than a thousand short ones.
 */
export async function outsideSessions(
  place: ServicePlace,
  query: OutsideQuery,
  signal: AbortSignal,
): Promise<{ readonly sessions: Described[]; readonly next: string | null }> {
  const limit = Math.min(Math.max(query.limit, 1), MAX_PAGE);
  const all = await findTranscripts(place, signal);
  const sessions: Described[] = [];
  let at = query.after === undefined ? 0 : indexAfter(all, query.after);
  while (at < all.length && sessions.length < limit) {
    const batch = all.slice(at, at + limit - sessions.length);
    const described = await inParallel(batch, signal, describeTranscript);
    sessions.push(
      ...described.filter((each) => each !== null).filter((each) => place.cwd === null || isOf(each, place.cwd)),
    );
    at += batch.length;
  }
  const last = all[at - 1];
  return { sessions, next: last && at < all.length ? `${last.updatedAt}:${last.id}` : null };
}

/** Where the page after this place begins, also when the file that stood there has changed since or is gone. */
function indexAfter(all: readonly Transcript[], after: string): number {
  const [time = '', id = ''] = after.split(':');
  const at = Number(time);
  if (!Number.isFinite(at)) throw new Error('That page of conversations does not exist: list them from the beginning.');
  const index = all.findIndex((each) => each.updatedAt < at || (each.updatedAt === at && each.id > id));
  return index < 0 ? all.length : index;
}

/** Two folders may share a name of the CLI's (`/a/b` and `/a-b`). */
function isOf(session: Described, cwd: string): boolean {
  return encoded(session.cwd) !== encoded(cwd) || session.cwd === cwd;
}

function encoded(path: string): string {
  return path.replace(/[^a-zA-Z0-9]/g, '-');
}
