import type { ProjectConfig, SandboxRequest } from '@agor/protocol';
import { Failure } from '../failure.ts';
import { profileFolder } from './profile.ts';
import { readRepoSettings } from './repo-settings.ts';

/** What a project decides about a session that is started in it; what is absent is the settings' or the provider's to say. */
export interface ProjectRunConfig {
  readonly cwd: string;
  readonly model: string | undefined;
  readonly systemPrompt: string | undefined;
  /** The folder of the project's Claude profile; undefined: the person's own. */
  readonly claudeConfigDir: string | undefined;
  /** Which settings files of the vendor's are read: the repository's own only as the person accepted them. */
  readonly settingSources: ('user' | 'project' | 'local')[];
  /** Undefined: nobody decided, so none is asked for. */
  readonly sandbox: SandboxRequest | undefined;
}

export function projectRunConfig(project: ProjectConfig): ProjectRunConfig {
  return {
    cwd: project.cwd,
    model: project.model,
    systemPrompt: project.systemPrompt || undefined,
    claudeConfigDir: profileFolder(project.profile),
    settingSources: mayRunRepoSettings(project) ? ['user', 'project', 'local'] : ['user'],
    sandbox: sandboxRequest(project),
  };
}

export function sandboxRequest(project: ProjectConfig): SandboxRequest | undefined {
  const { sandboxEnabled, sandboxPorts = [], sandboxPaths = [] } = project;
  return sandboxEnabled === undefined
    ? undefined
    : { enabled: sandboxEnabled, ports: sandboxPorts, paths: sandboxPaths, root: project.cwd };
}

/** Settings that can't be shown can't have been accepted. */
function mayRunRepoSettings(project: ProjectConfig): boolean {
  try {
    return readRepoSettings(project).accepted;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
