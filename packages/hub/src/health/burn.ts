import type { ProjectId, SessionId, SessionState } from '@agor/protocol';
import { burnRatePerHour, type CostSample, hourlyBurnRate, withSample } from '@agor/session';

/** Sessions whose last known cost is kept; one that is forgotten begins anew with the cost it then has. */
const MAX_SESSIONS = 2_000;

/** What each project spends, from its sessions' costs, which are told as a whole. Since the hub started. */
export class Burn {
  readonly #costs = new Map<SessionId, number>();
  readonly #samples = new Map<ProjectId, readonly CostSample[]>();

  take({ id, projectId, usage }: SessionState, now: number): void {
    if (projectId === null) return;
    const before = this.#costs.get(id) ?? usage.costUsd;
    this.#costs.delete(id); // to the end: the longest untouched is forgotten first
    this.#costs.set(id, usage.costUsd);
    const [oldest] = this.#costs.keys();
    if (this.#costs.size > MAX_SESSIONS && oldest !== undefined) this.#costs.delete(oldest);
    const samples = this.#samples.get(projectId) ?? [];
    const spent = (samples.at(-1)?.costUsd ?? 0) + Math.max(0, usage.costUsd - before);
    this.#samples.set(projectId, withSample(samples, { at: now, costUsd: spent }));
  }

  /** US dollars per hour, by the last five minutes. */
  rate(projectId: ProjectId, now: number): number {
    return burnRatePerHour(this.#samples.get(projectId) ?? [], now);
  }

  /** The last hour's, in US dollars per hour; null until an hour is known. */
  hourly(projectId: ProjectId, now: number): number | null {
    return hourlyBurnRate(this.#samples.get(projectId) ?? [], now);
  }

  /** Forgets projects that are not among these. */
  keep(projects: ReadonlySet<ProjectId>): void {
    for (const id of this.#samples.keys()) if (!projects.has(id)) this.#samples.delete(id);
  }
}
