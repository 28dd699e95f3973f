import type { FileConflict, ProjectConflicts, ProjectId } from '@agor/protocol';
import type { Clock, Timer } from '@agor/runtime';
import type { HubTopics } from '../events/index.ts';
import type { Draft } from './draft.ts';

/** Conflicts of one project that come within this time are told as one. In ms. */
const GATHER_MS = 3_000;
/** A project's next ones wait so long: two agents in one folder would tell one a file. In ms. */
const AGAIN_AFTER_MS = 60_000;
const NAMED = 3;
/** Paths of one project that wait to be told; further ones go untold: these say enough. */
const MAX_UNTOLD = 200;

interface Options {
  readonly clock: Clock;
  readonly nameOf: (projectId: ProjectId) => string;
  readonly tell: (draft: Draft) => void;
}

/** Files that several began to write, a few at a time, named by project. */
export class ConflictWatcher implements Disposable {
  #latest: readonly ProjectConflicts[] = [];
  readonly #untold = new Map<ProjectId, Set<string>>();
  readonly #timers = new Map<ProjectId, Timer>();

  constructor(private readonly options: Options) {}

  take({ projects, raised }: HubTopics['conflicts']): void {
    this.#latest = projects;
    for (const { projectId, file } of raised) this.#gather(projectId, file.path);
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #gather(projectId: ProjectId, path: string): void {
    const paths = this.#untold.get(projectId) ?? new Set();
    if (paths.size < MAX_UNTOLD) this.#untold.set(projectId, paths.add(path));
    if (!this.#timers.has(projectId)) this.#wait(projectId, GATHER_MS);
  }

  #wait(projectId: ProjectId, ms: number): void {
    const timer = this.options.clock.setTimeout(() => {
      this.#timers.delete(projectId);
      this.#flush(projectId);
    }, ms);
    this.#timers.set(projectId, timer);
  }

  /** Those that are conflicts still. */
  #flush(projectId: ProjectId): void {
    const paths = this.#untold.get(projectId);
    this.#untold.delete(projectId);
    const files = this.#latest.find((one) => one.projectId === projectId)?.files ?? [];
    const open = files.filter(({ path, acknowledged }) => !acknowledged && paths?.has(path));
    if (open.length === 0) return;
    this.#wait(projectId, AGAIN_AFTER_MS);
    this.options.tell(draftOf(projectId, this.options.nameOf(projectId), open));
  }
}

function draftOf(projectId: ProjectId, name: string, files: readonly FileConflict[]): Draft {
  const [first] = files;
  const names = files.slice(0, NAMED).map(({ path }) => path.split('/').pop() ?? path);
  const more = files.length > NAMED ? ` and ${files.length - NAMED} more` : '';
  const external = files.every((file) => file.external && file.sessionIds.length < 2);
  const who = external ? 'an agent and somebody else write' : 'several agents write';
  return {
    key: `conflict:${crypto.randomUUID()}`,
    type: 'conflict',
    level: 'warning',
    title: `${name}: ${who} ${files.length === 1 ? 'the same file' : 'the same files'}`,
    body: `${names.join(', ')}${more}`,
    projectId,
    sessionId: first?.sessionIds[0] ?? null,
  };
}
