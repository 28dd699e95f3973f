import { isDeepStrictEqual } from 'node:util';
import type {
  AgentMessage,
  AskId,
  FileConflict,
  ProjectConflicts,
  ProjectId,
  SessionEvent,
  SessionId,
} from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubBus, SessionChange } from '../events/index.ts';
import type { FileWatching } from '../watching/index.ts';
import { ExternalWrites, type SeenChange } from './external-writes.ts';
import { FileWriters } from './file-writers.ts';
import { callWrites, resultWrites, runsOn } from './message-writes.ts';
import { type Deed, OwnDeeds } from './own-deeds.ts';
import { SessionPlace } from './session-place.ts';
import type { WriteTarget } from './shell-writes.ts';

/** Calls of one session that have no result yet, and asks that hold one back; of more, the oldest are forgotten. */
const MAX_CALLS = 200;

export interface ConflictsOptions {
  readonly bus: HubBus;
  readonly clock: Clock;
  readonly watching: Pick<FileWatching, 'watchFiles'>;
  /** Why not all writes from outside are noticed; null when they are again. */
  readonly onProblem: (problem: string | null) => void;
}

/** What is known of a session while its process lives. */
interface Doing {
  readonly projectId: ProjectId | null;
  readonly place: SessionPlace;
  /** Calls without a result: a refused one wrote nothing. By the call's id. */
  readonly calls: Map<string, { readonly targets: readonly WriteTarget[]; readonly runsOn: boolean }>;
  readonly asks: Map<AskId, string>;
}

/**
 * Which files two agents write at once, or an agent and somebody else (spec §5.3): in turns that are under way, for a finished one has let
 * go of its files. In memory: what was written before the hub's start is not known.
 */
export class Conflicts implements Disposable {
  readonly #doing = new Map<SessionId, Doing>();
  readonly #files = new FileWriters();
  readonly #deeds = new OwnDeeds();
  readonly #external: ExternalWrites;
  readonly #subscription: Disposable;
  #told: readonly ProjectConflicts[] = [];

  constructor(private readonly options: ConflictsOptions) {
    const { bus, watching, clock, onProblem } = options;
    this.#external = new ExternalWrites({ watching, clock, onProblem, judge: (change) => this.#judge(change) });
    this.#subscription = bus.on('sessions', (changes) => {
      for (const change of changes) this.#take(change);
      this.#tell();
    });
  }

  /** Of each project that has any. A file that sessions of two projects write is told for both. */
  list(): readonly ProjectConflicts[] {
    return this.#told;
  }

  /** Files in conflict that a project's sessions write, by path. */
  of(projectId: ProjectId): readonly FileConflict[] {
    return this.#told.find((project) => project.projectId === projectId)?.files ?? [];
  }

  /** Files in conflict that this session writes, which the person has not acknowledged. */
  openOf(sessionId: SessionId): number {
    const projectId = this.#doing.get(sessionId)?.projectId ?? null;
    if (projectId === null) return 0;
    return this.of(projectId).filter((file) => !file.acknowledged && file.sessionIds.includes(sessionId)).length;
  }

  /** Open conflicts of a project's files, and those of them in which somebody outside agor wrote. */
  countsOf(projectId: ProjectId): { readonly files: number; readonly external: number } {
    const open = this.of(projectId).filter((file) => !file.acknowledged);
    return { files: open.length, external: open.filter((file) => file.external).length };
  }

  /** Silences a project's conflicts as they are; a further session or a further write from outside raises one again. */
  acknowledge(projectId: ProjectId): void {
    this.#files.acknowledge(projectId);
    this.#tell();
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    this.#external[Symbol.dispose]();
  }

  #take({ sessionId, events, state }: SessionChange): void {
    for (const event of events) {
      if (event.kind === 'message') {
        const doing = this.#doing.get(sessionId) ?? newDoing(state.projectId, state.cwd);
        this.#doing.set(sessionId, doing);
        this.#message(sessionId, doing, event.message);
      } else if (event.kind === 'turnEnded' || event.kind === 'processExited') this.#over(sessionId, event.at);
      else this.#ask(sessionId, event);
    }
    // Also a conversation that was imported or copied, whose events are long past.
    const last = events.at(-1);
    if (last && state.process === null && state.turn === null) {
      this.#over(sessionId, last.at);
      this.#doing.delete(sessionId);
    }
  }

  #over(sessionId: SessionId, at: number): void {
    this.#deeds.endAll(sessionId, at);
    for (const path of this.#files.letGo(sessionId)) this.#external.unwatch(path);
    this.#doing.get(sessionId)?.calls.clear();
  }

  /** A call that waits for the person does nothing yet. */
  #ask(sessionId: SessionId, event: SessionEvent): void {
    const asks = this.#doing.get(sessionId)?.asks;
    if (!asks) return;
    if (event.kind === 'askOpened' && event.ask.toolUseId !== undefined) {
      bounded(asks, MAX_CALLS).set(event.ask.id, event.ask.toolUseId);
      this.#deeds.pause(sessionId, event.ask.toolUseId, event.at);
    } else if (event.kind === 'askAnswered' || event.kind === 'askWithdrawn' || event.kind === 'askLapsed') {
      const toolUseId = asks.get(event.askId);
      if (toolUseId !== undefined) this.#deeds.resume(sessionId, toolUseId, event.at);
      asks.delete(event.askId);
    }
  }

  #message(sessionId: SessionId, doing: Doing, message: AgentMessage): void {
    const { place, projectId, calls } = doing;
    place.take(message);
    if (message.type === 'tool_call') {
      const { content, timestamp } = message;
      const folder = place.folderOf(message);
      const targets = canonical(place, callWrites(content, folder));
      const isCommand = content.kind === 'execute' || content.kind === 'other';
      if (!isCommand && targets.length === 0) return;
      bounded(calls, MAX_CALLS).set(content.toolUseId, { targets, runsOn: runsOn(content) });
      const paths = isCommand ? null : pathsOf(targets);
      this.#deeds.begin(content.toolUseId, { sessionId, projectId, paths, folder: folder ?? place.folder }, timestamp);
    } else if (message.type === 'tool_result') this.#result(sessionId, doing, message.content, message.timestamp);
  }

  #result(
    sessionId: SessionId,
    { place, projectId, calls }: Doing,
    content: Extract<AgentMessage, { type: 'tool_result' }>['content'],
    at: number,
  ): void {
    const { toolUseId, isError, exitCode } = content;
    const called = calls.get(toolUseId);
    calls.delete(toolUseId);
    // A command in the background goes on: its files are its turn's.
    if (!called?.runsOn) this.#deeds.end(sessionId, toolUseId, at);
    const didRun = !isError || exitCode !== undefined; // a command that failed may have written before
    const told = canonical(place, resultWrites(content, place.folder));
    const targets = [...(didRun ? (called?.targets ?? []) : []), ...told];
    if (targets.length === 0) return;
    const deed: Deed = { sessionId, projectId, paths: pathsOf(targets), folder: place.folder };
    this.#deeds.did(deed, at);
    for (const { path, tree } of targets) {
      if (tree) this.#files.wroteTree({ sessionId, projectId }, path, at);
      else {
        for (const forgotten of this.#files.wrote({ sessionId, projectId }, path, at))
          this.#external.unwatch(forgotten);
        // Outside of its folder lie caches and scratch files: of those only other agents' writes matter.
        if (path.startsWith(`${place.folder}/`)) this.#external.watch(path, place.folder);
      }
    }
  }

  #judge({ file, at, mtimeMs }: SeenChange): void {
    const projects = this.#files.projectsOf(file);
    const isOwn = (time: number) => this.#deeds.cover(file, projects, time);
    // Its content is as an agent left it: somebody changed its rights, or nothing.
    if (isOwn(at) || (mtimeMs !== null && isOwn(mtimeMs))) return;
    this.#files.wroteOutside(file, at);
    this.#tell();
  }

  #tell(): void {
    if (!this.#files.takeChanged()) return;
    const projects = this.#files.conflicts();
    if (isDeepStrictEqual(projects, this.#told)) return;
    const wasOpen = openOf(this.#told);
    this.#told = projects;
    const raised = projects.flatMap(({ projectId, files }) =>
      files
        .filter((file) => !file.acknowledged && !wasOpen.has(`${projectId} ${file.path}`))
        .map((file) => ({ projectId, file })),
    );
    this.options.bus.emit('conflicts', { projects, raised });
  }
}

function newDoing(projectId: ProjectId | null, cwd: string): Doing {
  return { projectId, place: new SessionPlace(cwd), calls: new Map(), asks: new Map() };
}

function canonical(place: SessionPlace, targets: readonly WriteTarget[]): WriteTarget[] {
  return targets.map(({ path, tree }) => ({ path: place.canonical(path), tree }));
}

function pathsOf(targets: readonly WriteTarget[]): ReadonlySet<string> {
  return new Set(targets.map((target) => target.path));
}

function openOf(projects: readonly ProjectConflicts[]): ReadonlySet<string> {
  return new Set(
    projects.flatMap(({ projectId, files }) =>
      files.filter((file) => !file.acknowledged).map((file) => `${projectId} ${file.path}`),
    ),
  );
}

/** Makes room for one more. */
function bounded<K, V>(kept: Map<K, V>, most: number): Map<K, V> {
  for (const oldest of kept.keys()) {
    if (kept.size < most) break;
    kept.delete(oldest);
  }
  return kept;
}
