import { join } from 'node:path';
import {
  newId,
  type PermissionMode,
  type ProjectId,
  type ProviderId,
  SessionId,
  type SessionWorktree,
} from '@agor/protocol';
import type { AgentContext, ProjectRunConfig } from '../agent-context/index.ts';
import { notFound, rejected } from '../failure.ts';
import { isWithin, realpathOrSame, refuseOwnFolder } from '../within.ts';

export interface NewSession {
  readonly projectId?: ProjectId | undefined;
  /** Absolute: a folder that is no project or, with `projectId`, the project's folder or one below it. */
  readonly cwd?: string | undefined;
  readonly title?: string | undefined;
  readonly provider?: ProviderId | undefined;
  readonly model?: string | undefined;
  readonly permissionMode?: PermissionMode | undefined;
  readonly resumeProviderSession?: string | undefined;
  /** In a git worktree of its own. Absent: as the project decides. */
  readonly worktree?: boolean | undefined;
}

/** Begins a session; what is not said comes from its project and the settings. Only within a transaction of the log. */
export function createSession(ctx: AgentContext, input: NewSession): SessionId {
  const id = newId(SessionId);
  const place = placeOf(ctx, input, id);
  const known = ctx.run.provider(place.provider, input.projectId ?? null);
  if (!known) throw rejected(`agor knows no agent provider "${place.provider}". \`agor providers\` lists them.`);
  if (!known.enabled) throw rejected(`The provider "${place.provider}" is switched off. Switch it on in the settings.`);
  const state = ctx.log.create(id, {
    kind: 'sessionCreated',
    projectId: input.projectId ?? null,
    provider: place.provider,
    cwd: place.cwd,
    worktree: place.worktree,
    title: input.title ?? '',
    model: input.model ?? place.model ?? known.defaultModel,
    permissionMode: input.permissionMode ?? place.permissionMode,
    claudeConfigDir: place.claudeConfigDir ?? null,
    resumeProviderSession: input.resumeProviderSession,
  });
  ctx.conversations.note(state);
  return id;
}

interface Place {
  readonly cwd: string;
  readonly worktree?: SessionWorktree;
  readonly provider: ProviderId;
  readonly model?: string | undefined;
  readonly permissionMode: PermissionMode;
  readonly claudeConfigDir?: string | undefined;
}

function placeOf(ctx: AgentContext, input: NewSession, id: SessionId): Place {
  if (input.projectId !== undefined) {
    const project = ctx.run.project(input.projectId);
    if (!project) throw notFound(`There is no project ${input.projectId}.`);
    const provider = input.provider ?? project.provider;
    // The project's model belongs to the project's provider.
    const model = provider === project.provider ? project.model : undefined;
    const { permissionMode, claudeConfigDir } = project;
    return { ...folderFor(ctx, project, input, id), provider, model, permissionMode, claudeConfigDir };
  }
  if (input.worktree) throw rejected('Only a session of a project can have a worktree of its own.');
  if (input.cwd === undefined) throw rejected('Say where the agent is to work: a project or a folder.');
  if (!input.cwd.startsWith('/')) throw rejected(`The folder must be an absolute path, not "${input.cwd}".`);
  if (input.cwd.includes('\0')) throw rejected('A path has no NUL in it.');
  refuseOwnFolder(input.cwd, ctx.ownFolders);
  const { provider, permissionMode } = ctx.run.defaults();
  return { cwd: input.cwd, provider: input.provider ?? provider, permissionMode };
}

function folderFor(
  ctx: AgentContext,
  project: ProjectRunConfig,
  { cwd, worktree, resumeProviderSession }: NewSession,
  id: SessionId,
): Pick<Place, 'cwd' | 'worktree'> {
  const folder = folderOf(project, cwd);
  // A conversation that goes on does so where it was; and who names a part of the project means that part.
  const byItself = project.worktrees && folder === project.cwd && resumeProviderSession === undefined;
  if (!(worktree ?? byItself)) return { cwd: folder };
  if (folder !== project.cwd) throw rejected('A worktree is made of the whole project: leave the folder out.');
  const name = `${project.identifier}-${id.slice(0, 8)}`;
  return { cwd: join(ctx.worktreesDir, name), worktree: { repository: project.cwd, branch: `agor/${name}` } };
}

/** The project's folder as it is written there, whatever links lead to it; or a folder below it. */
function folderOf(project: { readonly name: string; readonly cwd: string }, cwd: string | undefined): string {
  if (cwd === undefined) return project.cwd;
  const [folder, own] = [realpathOrSame(cwd), realpathOrSame(project.cwd)];
  if (!cwd.startsWith('/') || !isWithin(folder, own))
    throw rejected(`${cwd} is not in the folder of the project "${project.name}", ${project.cwd}.`);
  return folder === own ? project.cwd : folder;
}
