import type { ProjectId, SessionId } from '@agor/protocol';

/** Around what an agent did, a change of a file is taken as the agent's (spec §5.3). In ms. */
export const GRACE_MS = 2_000;
/** What changed while the link was gone is told late: so long is kept what agents did. In ms, and how many deeds. */
const KEPT_MS = 5 * 60_000;
const MAX_PAST = 5_000;
/** Tool calls under way of all sessions; of more the oldest are forgotten. */
const MAX_OPEN = 2_000;

export interface Deed {
  readonly sessionId: SessionId;
  readonly projectId: ProjectId | null;
  /** The files that it writes; null: a command, which may write anything in its project or below its folder. */
  readonly paths: ReadonlySet<string> | null;
  readonly folder: string;
}

interface Past {
  readonly deed: Deed;
  readonly from: number;
  /** Null: it goes on. */
  readonly to: number | null;
}

interface Open {
  readonly deed: Deed;
  /** Null while it waits for the person's leave. */
  from: number | null;
}

/** When agents wrote files and ran commands, of late: what changes outside of that came from someone else. Times are ms since the epoch. */
export class OwnDeeds {
  readonly #open = new Map<string, Open>();
  #past: Past[] = [];

  begin(toolUseId: string, deed: Deed, at: number): void {
    for (const [oldest, open] of this.#open) {
      if (this.#open.size < MAX_OPEN) break;
      this.#close(oldest, open, at);
    }
    this.#open.set(keyOf(deed.sessionId, toolUseId), { deed, from: at });
  }

  /** It waits for the person's leave: nothing happens meanwhile. */
  pause(sessionId: SessionId, toolUseId: string, at: number): void {
    const open = this.#open.get(keyOf(sessionId, toolUseId));
    if (!open || open.from === null) return;
    this.#remember(open.deed, open.from, at);
    open.from = null;
  }

  resume(sessionId: SessionId, toolUseId: string, at: number): void {
    const open = this.#open.get(keyOf(sessionId, toolUseId));
    if (open) open.from ??= at;
  }

  end(sessionId: SessionId, toolUseId: string, at: number): void {
    const key = keyOf(sessionId, toolUseId);
    const open = this.#open.get(key);
    if (open) this.#close(key, open, at);
  }

  /** A session's turn is over, and with it all that it did. */
  endAll(sessionId: SessionId, at: number): void {
    for (const [key, open] of this.#open) if (open.deed.sessionId === sessionId) this.#close(key, open, at);
  }

  /** Something that was told when it was over. */
  did(deed: Deed, at: number): void {
    this.#remember(deed, at, at);
  }

  /** An agent may have changed the file at that time. `projects`: whose commands count. */
  cover(path: string, projects: ReadonlySet<ProjectId>, at: number): boolean {
    const covers = ({ deed, from, to }: Past): boolean => {
      if (at < from - GRACE_MS || (to !== null && at > to + GRACE_MS)) return false;
      if (deed.paths !== null) return deed.paths.has(path);
      return (deed.projectId !== null && projects.has(deed.projectId)) || path.startsWith(`${deed.folder}/`);
    };
    if (this.#past.some(covers)) return true;
    for (const { deed, from } of this.#open.values())
      if (from !== null && covers({ deed, from, to: null })) return true;
    return false;
  }

  #close(key: string, { deed, from }: Open, at: number): void {
    this.#open.delete(key);
    if (from !== null) this.#remember(deed, from, at);
  }

  #remember(deed: Deed, from: number, to: number): void {
    if (this.#past.length >= MAX_PAST) this.#past = this.#past.slice(MAX_PAST / 10);
    const first = this.#past[0];
    if (first && (first.to ?? to) < to - KEPT_MS)
      this.#past = this.#past.filter((past) => (past.to ?? to) >= to - KEPT_MS);
    this.#past.push({ deed, from, to });
  }
}

function keyOf(sessionId: SessionId, toolUseId: string): string {
  return `${sessionId} ${toolUseId}`;
}
