import type { AgentMessage, ProjectId, SessionEvent, SessionId } from '@agor/protocol';
import type { HubBus, SessionChange } from '../events/index.ts';
import { callWrites, resultWrites } from './message-writes.ts';
import type { WriteTarget } from './shell-writes.ts';
import { worktreeOf } from './worktree.ts';

/** Files and folders kept of one turn, and calls that have no result yet; of more, the oldest are forgotten. */
const MAX_FILES = 2_000;
const MAX_TREES = 50;
const MAX_CALLS = 200;

/** A file that several sessions write in turns which are under way. */
export interface FileConflict {
  readonly path: string;
  readonly sessions: readonly SessionId[];
  readonly acknowledged: boolean;
}

/** What one session writes in its turn. */
interface Writing {
  readonly projectId: ProjectId;
  readonly files: Set<string>;
  /** Folders in which a command may have written anything. */
  readonly trees: Set<string>;
  /** Calls without a result: a refused one wrote nothing. By the call's id. */
  readonly calls: Map<string, readonly WriteTarget[]>;
}

/**
 * Which files two agents of a project write at once (spec §5.3): of turns that are under way, for a finished one has let go of its files.
 * In memory: what was written before the hub's start is not known.
 */
export class Conflicts implements Disposable {
  readonly #writing = new Map<SessionId, Writing>();
  /** The sessions whose conflict over a file the person has seen. */
  readonly #acknowledged = new Map<string, ReadonlySet<SessionId>>();
  readonly #subscription: Disposable;

  constructor(bus: HubBus) {
    this.#subscription = bus.on('sessions', (changes) => {
      for (const change of changes) this.#take(change);
    });
  }

  /** Files in conflict that a project's sessions write, by path. */
  of(projectId: ProjectId): FileConflict[] {
    const own = [...this.#writing].filter(([, writing]) => writing.projectId === projectId);
    const paths = new Set(own.flatMap(([, { files }]) => [...files]));
    return [...paths].sort().flatMap((path) => {
      const sessions = own.filter(([, writing]) => writes(writing, path)).map(([id]) => id);
      if (sessions.length < 2) return [];
      const seen = this.#acknowledged.get(path);
      return [{ path, sessions, acknowledged: seen !== undefined && sessions.every((id) => seen.has(id)) }];
    });
  }

  /** Files that this session and another write, which the person has not acknowledged. */
  openOf(sessionId: SessionId): number {
    const writing = this.#writing.get(sessionId);
    if (!writing || writing.files.size + writing.trees.size === 0) return 0;
    return this.of(writing.projectId).filter((c) => !c.acknowledged && c.sessions.includes(sessionId)).length;
  }

  /** Silences a project's conflicts as they are; a further session that writes such a file raises it again. */
  acknowledge(projectId: ProjectId): void {
    for (const { path, sessions } of this.of(projectId)) this.#acknowledged.set(path, new Set(sessions));
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }

  #take({ sessionId, events, state: { projectId, cwd } }: SessionChange): void {
    if (projectId === null) return;
    for (const event of events) {
      if (event.kind === 'message') this.#message(sessionId, projectId, cwd, event.message);
      else if (isOver(event) && this.#writing.delete(sessionId)) this.#forgetSeen();
    }
  }

  #message(sessionId: SessionId, projectId: ProjectId, cwd: string, message: AgentMessage): void {
    if (message.type !== 'tool_call' && message.type !== 'tool_result') return;
    const writing = this.#writing.get(sessionId) ?? newWriting(projectId);
    if (message.type === 'tool_call') {
      const targets = callWrites(message.content, cwd);
      if (targets.length === 0) return;
      bounded(writing.calls, MAX_CALLS).set(message.content.toolUseId, targets);
    } else {
      const { toolUseId, isError, exitCode } = message.content;
      const called = writing.calls.get(toolUseId) ?? [];
      writing.calls.delete(toolUseId);
      const didRun = !isError || exitCode !== undefined; // a command that failed may have written before
      for (const target of [...(didRun ? called : []), ...resultWrites(message.content, cwd)])
        if (target.tree) bounded(writing.trees, MAX_TREES).add(target.path);
        else bounded(writing.files, MAX_FILES).add(target.path);
    }
    this.#writing.set(sessionId, writing);
  }

  #forgetSeen(): void {
    for (const path of this.#acknowledged.keys())
      if (![...this.#writing.values()].some((w) => w.files.has(path))) this.#acknowledged.delete(path);
  }
}

function isOver({ kind }: SessionEvent): boolean {
  return kind === 'turnEnded' || kind === 'processExited';
}

function newWriting(projectId: ProjectId): Writing {
  return { projectId, files: new Set(), trees: new Set(), calls: new Map() };
}

function writes({ files, trees }: Writing, path: string): boolean {
  return files.has(path) || [...trees].some((tree) => isWithin(tree, path));
}

/** A command over a whole work tree counts where the file is in that tree, not in a worktree below it. */
function isWithin(tree: string, path: string): boolean {
  return path.startsWith(`${tree}/`) && worktreeOf(path) === worktreeOf(`${tree}/`);
}

/** Makes room for one more. */
function bounded<C extends { readonly size: number; keys(): Iterable<string>; delete(key: string): boolean }>(
  kept: C,
  most: number,
): C {
  for (const oldest of kept.keys()) {
    if (kept.size < most) break;
    kept.delete(oldest);
  }
  return kept;
}
