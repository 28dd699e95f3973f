import type { PermissionMode, ProjectId, ProviderId, RunOptions } from '@agor/protocol';

/** How agents of a project run, as groups and settings say now. */
export interface ProjectRunConfig {
  readonly name: string;
  readonly cwd: string;
  readonly provider: ProviderId;
  readonly model?: string | undefined;
  readonly permissionMode: PermissionMode;
  /** `['user']`, or with `project` and `local` once the person accepted the repository's own settings as they are now. */
  readonly settingSources: RunOptions['settingSources'];
  readonly systemPrompt?: string | undefined;
  readonly additionalDirectories?: readonly string[] | undefined;
  readonly claudeConfigDir?: string | undefined;
}

/**
 * What agents need to know of groups and settings. Those domains give it to `openCore`, so that agents depend on
 * neither. Read anew for each run: a changed setting counts from the next start on.
 */
export interface RunContext {
  /** Null: no such project. */
  project(id: ProjectId): ProjectRunConfig | null;
  /** For sessions in a folder that is no project. */
  defaults(): { readonly provider: ProviderId; readonly permissionMode: PermissionMode };
  /** What happens by itself. `idleCloseMinutes`: 0 = never. */
  policy(): { readonly idleCloseMinutes: number; readonly resumeAfterLimit: boolean };
  /** Null: no such provider. `config` is `providers.<id>.config` of the settings. */
  provider(id: ProviderId): {
    readonly enabled: boolean;
    readonly defaultModel?: string | undefined;
    readonly config: Record<string, unknown>;
  } | null;
}
