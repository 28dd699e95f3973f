import { type ProjectId, WorktreeRemoved, WorktreeState } from '@agor/protocol';
import { z } from 'zod';
import type { Machine } from '../core/index.ts';
import { rejected } from '../failure.ts';

/** Looking through a large worktree, or proving that it may go, takes git a while. In ms. */
const LIMIT_MS = 60_000;
/** Each look runs git several times. */
const LOOKS_AT_ONCE = 3;

export interface WorktreesOptions {
  readonly machine: Pick<Machine, 'request'>;
  /** Throws `Failure` NOT_FOUND when there is no such project. */
  readonly projectFolder: (id: ProjectId) => string;
}

/** The git worktrees that sessions of a project have for themselves. They are the machine's; none goes by itself. */
export class Worktrees {
  constructor(private readonly options: WorktreesOptions) {}

  /** Of the repository that the project lies in, each with what its removal would take away. Throws `Failure`. */
  async list(projectId: ProjectId): Promise<WorktreeState[]> {
    const waiting = await this.#listed(projectId);
    const states: WorktreeState[] = [];
    const look = async (): Promise<void> => {
      for (let path = waiting.shift(); path !== undefined; path = waiting.shift())
        states.push(WorktreeState.parse(await this.#ask('worktrees.inspect', { path })));
    };
    await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, look));
    return states.sort((a, b) => a.path.localeCompare(b.path));
  }

  /** Only one of the project's. What would be lost goes with the `fingerprint` of just this state only. Throws `Failure`. */
  async remove(projectId: ProjectId, path: string, fingerprint: string | null): Promise<WorktreeRemoved> {
    const own = await this.#listed(projectId);
    // Gone already, by another window perhaps.
    if (!own.includes(path)) throw rejected(`${path} is no worktree of this project any more.`);
    return WorktreeRemoved.parse(await this.#ask('worktrees.remove', { path, fingerprint }));
  }

  /** Their paths. A project that lies in no repository has none. */
  async #listed(projectId: ProjectId): Promise<string[]> {
    const repository = this.options.projectFolder(projectId);
    const found = z.array(z.object({ path: z.string() })).parse(await this.#ask('worktrees.list', { repository }));
    return found.map(({ path }) => path);
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    return this.options.machine.request(method, params, { timeoutMs: LIMIT_MS });
  }
}
