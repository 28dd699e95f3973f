import { createHash } from 'node:crypto';
import { type OutsideSession, type ProjectId, type ProviderId, SessionId } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { AgentContext } from '../agent-context/index.ts';
import { notFound, rejected } from '../failure.ts';
import type { Filling } from '../log/index.ts';
import { isWithin, realpathOrSame, refuseOwnFolder } from '../within.ts';
import { importEvents } from './import-events.ts';

/** A conversation that the vendor's program had outside agor, as the machine read it. */
export interface OutsideTranscript {
  readonly session: Omit<OutsideSession, 'importedAs' | 'provider'>;
  readonly items: readonly unknown[];
  readonly leftOut: number;
}

export interface ImportInput {
  readonly provider: ProviderId;
  readonly providerSessionId: string;
  /** Absent: the project in whose folder it was, if there is one. */
  readonly projectId?: ProjectId | undefined;
}

export interface ImportDeps {
  readonly ctx: AgentContext;
  readonly clock: Clock;
  /** Ends what is under way, with the hub. */
  readonly closing: AbortSignal;
}

/** Makes conversations from outside into sessions: each once, however often it is asked for. */
export class Importer {
  readonly #running = new Map<SessionId, Promise<SessionId>>();

  constructor(private readonly deps: ImportDeps) {}

  /**
   * The session that goes on with the conversation: the one that has it, else a new one with its transcript. `read` is called only for a
   * new one; `projectFor` names the project that a folder lies in.
   */
  import(
    input: ImportInput,
    read: () => Promise<OutsideTranscript>,
    projectFor: (cwd: string) => ProjectId | null,
  ): Promise<SessionId> {
    const { provider, providerSessionId } = input;
    const known = this.deps.ctx.conversations.sessionOf(provider, providerSessionId);
    if (known) return Promise.resolve(known);
    const id = idFor(input);
    const running =
      this.#running.get(id) ?? this.#import(id, input, read, projectFor).finally(() => this.#running.delete(id));
    this.#running.set(id, running);
    return running;
  }

  async #import(
    id: SessionId,
    input: ImportInput,
    read: () => Promise<OutsideTranscript>,
    projectFor: (cwd: string) => ProjectId | null,
  ): Promise<SessionId> {
    const { ctx, clock, closing } = this.deps;
    const { session, items, leftOut } = await read();
    const projectId = this.#projectOf(input, session.cwd, projectFor);
    const now = clock.now();
    const filling: Filling[] = [
      { body: this.#created(input, session, projectId), at: now },
      ...importEvents({ conversation: id, items, leftOut, now }),
      // At the end, so that it counts as the newest: someone just asked for it.
      { body: { kind: 'agentInfo', providerSessionId: input.providerSessionId }, at: now },
    ];
    const state = await ctx.log.fill(id, filling, closing);
    return ctx.log.transaction(() => {
      // An agent of agor's may have resumed it meanwhile.
      const known = ctx.conversations.sessionOf(input.provider, input.providerSessionId);
      if (known) return known;
      ctx.log.adopt(state);
      ctx.conversations.note(state);
      return id;
    });
  }

  #created(input: ImportInput, session: OutsideTranscript['session'], projectId: ProjectId | null): Filling['body'] {
    const { ctx } = this.deps;
    const project = projectId === null ? null : ctx.run.project(projectId);
    return {
      kind: 'sessionCreated',
      projectId,
      provider: input.provider,
      cwd: session.cwd,
      title: session.title.slice(0, 200),
      model: ctx.run.provider(input.provider, projectId)?.defaultModel,
      permissionMode: project?.permissionMode ?? ctx.run.defaults().permissionMode,
      claudeConfigDir: project ? (project.claudeConfigDir ?? null) : undefined,
      resumeProviderSession: input.providerSessionId,
      importedFrom: input.providerSessionId,
    };
  }

  /** A conversation goes on in the folder it was in: the vendor finds it there only. */
  #projectOf({ projectId }: ImportInput, cwd: string, projectFor: (cwd: string) => ProjectId | null): ProjectId | null {
    const { ctx } = this.deps;
    refuseOwnFolder(cwd, ctx.ownFolders);
    if (projectId === undefined) return projectFor(cwd);
    const project = ctx.run.project(projectId);
    if (!project) throw notFound(`There is no project ${projectId}.`);
    if (!isWithin(realpathOrSame(cwd), realpathOrSame(project.cwd)))
      throw rejected(`That conversation was in ${cwd}, which is not in the folder of the project "${project.name}".`);
    return projectId;
  }
}

/** The same conversation always has the same id, so that an import that was cut off is found again. */
function idFor({ provider, providerSessionId }: ImportInput): SessionId {
  const hex = createHash('sha256').update(`import\n${provider}\n${providerSessionId}`).digest('hex');
  return SessionId.parse(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  );
}
