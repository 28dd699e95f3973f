import {
  ModelInfo,
  type OutsidePage,
  OutsideSession,
  Profile,
  type ProjectId,
  type ProviderId,
  type SandboxRequest,
  SandboxStatus,
  Skill,
} from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import { z } from 'zod';
import type { Core } from '../core/index.ts';
import { unreachable } from '../failure.ts';
import type { OutsideTranscript } from '../sessions/index.ts';
import { withProgress } from './progress.ts';

/** A server that is away is asked again soon; a list of models does not change by the minute. */
const MODELS_KEPT_MS = 60_000;
const MAX_KEPT = 64;
/** Longer than the machine's own limits, whose words are better. */
const READ_MS = 130_000;
/** Between two words of progress. */
const PULL_SILENCE_MS = 10 * 60_000;

const OutsideList = z.object({
  sessions: z.array(OutsideSession.omit({ importedAs: true, provider: true })),
  next: z.string().nullable(),
});
const Transcript = z.object({
  session: OutsideSession.omit({ importedAs: true, provider: true }),
  items: z.array(z.unknown()),
  leftOut: z.number().int().nonnegative(),
});
const PullProgress = z.object({ progress: z.string(), percent: z.number().nullable() });

export interface ServicesOptions {
  readonly core: Pick<Core, 'machine' | 'sessions'>;
  readonly clock: Clock;
  /** How agents of a project run; throws `Failure` NOT_FOUND when there is no such project. */
  readonly project: (id: ProjectId) => ServiceProject;
  /** Of a project; null: of a folder that is none. */
  readonly defaultProvider: (projectId: ProjectId | null) => ProviderId;
  /** Whether agents of a project that is added now are confined. */
  readonly sandboxByDefault: () => boolean;
}

export interface ServiceProject {
  readonly cwd: string;
  readonly provider?: ProviderId | undefined;
  readonly claudeConfigDir?: string | undefined;
  readonly settingSources: readonly string[];
  readonly sandbox?: SandboxRequest | undefined;
}

interface Kept {
  readonly at: number;
  readonly models: Promise<ModelInfo[]>;
}

/** What providers can do beside running sessions, asked of the machine. All throw `Failure`: UNREACHABLE, or REJECTED with its words. */
export class ProviderServiceCalls {
  readonly #models = new Map<string, Kept>();

  constructor(private readonly options: ServicesOptions) {}

  /** Kept for a minute; failures are not. */
  models(provider: ProviderId, projectId?: ProjectId): Promise<ModelInfo[]> {
    const key = `${provider} ${projectId ?? ''}`;
    const now = this.options.clock.monotonic();
    const known = this.#models.get(key);
    if (known && now - known.at < MODELS_KEPT_MS) return known.models;
    const models = this.#ask('services.models', this.#who(provider, projectId), z.array(ModelInfo));
    models.catch(() => this.#models.delete(key));
    this.#models.delete(key);
    this.#models.set(key, { at: now, models });
    const [oldest] = this.#models.keys();
    if (oldest !== undefined && this.#models.size > MAX_KEPT) this.#models.delete(oldest);
    return models;
  }

  /** Settings changed: what was learnt with the old ones counts no more. */
  forget(): void {
    this.#models.clear();
  }

  async *pullModel(
    provider: ProviderId,
    model: string,
    signal?: AbortSignal,
  ): AsyncGenerator<{ progress: string; percent: number | null } | { pulled: string }, void> {
    const params = { ...this.#who(provider), model };
    const limits = { timeoutMs: PULL_SILENCE_MS, signal };
    for await (const line of withProgress(this.options.core.machine, 'services.pullModel', params, limits)) {
      yield PullProgress.parse(JSON.parse(line));
    }
    this.forget();
    yield { pulled: model };
  }

  profiles(provider: ProviderId): Promise<Profile[]> {
    return this.#ask('services.profiles', this.#who(provider), z.array(Profile));
  }

  skills(provider: ProviderId, projectId?: ProjectId): Promise<Skill[]> {
    return this.#ask('services.skills', this.#who(provider, projectId), z.array(Skill));
  }

  readSkill(provider: ProviderId, projectId: ProjectId | undefined, path: string): Promise<{ text: string }> {
    const params = { ...this.#who(provider, projectId), path };
    return this.#ask('services.readSkill', params, z.object({ text: z.string() }));
  }

  async outside(
    provider: ProviderId,
    query: { readonly projectId?: ProjectId | undefined; readonly after?: string | undefined; readonly limit: number },
  ): Promise<OutsidePage> {
    const { projectId, after, limit } = query;
    const params = { ...this.#who(provider, projectId), after, limit };
    const { sessions, next } = await this.#ask('services.outside', params, OutsideList);
    const { sessionOf } = this.options.core.sessions;
    return {
      sessions: sessions.map((found) => ({
        ...found,
        provider,
        importedAs: sessionOf(provider, found.providerSessionId),
      })),
      next,
    };
  }

  readOutside(provider: ProviderId, providerSessionId: string): Promise<OutsideTranscript> {
    return this.#ask('services.readOutside', { ...this.#who(provider), providerSessionId }, Transcript);
  }

  /** What would confine an agent of this provider in this project now; without a project, in one that would be added. */
  sandbox(provider: ProviderId | undefined, projectId?: ProjectId): Promise<SandboxStatus> {
    const project = projectId === undefined ? undefined : this.options.project(projectId);
    const asked = provider ?? this.options.defaultProvider(projectId ?? null);
    const none: SandboxRequest = {
      enabled: project === undefined && this.options.sandboxByDefault(),
      ports: [],
      paths: [],
    };
    const params = { ...this.#who(asked, projectId), sandbox: project?.sandbox ?? none };
    return this.#ask('sandbox.status', params, SandboxStatus);
  }

  #who(provider: ProviderId, projectId?: ProjectId) {
    const place = projectId === undefined ? undefined : this.options.project(projectId);
    return {
      provider,
      projectId: projectId ?? null,
      cwd: place?.cwd ?? null,
      claudeConfigDir: place?.claudeConfigDir ?? null,
      repoSettings: place?.settingSources.includes('project') ?? false,
    };
  }

  async #ask<T>(method: string, params: unknown, schema: z.ZodType<T>): Promise<T> {
    const answer = schema.safeParse(await this.options.core.machine.request(method, params, { timeoutMs: READ_MS }));
    if (answer.success) return answer.data;
    throw unreachable(`The machine's answer to "${method}" can't be read: ${answer.error.message}`);
  }
}
