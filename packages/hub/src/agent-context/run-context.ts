import type {
  AnchorBudgetScale,
  McpServers,
  PermissionMode,
  ProjectId,
  ProviderCapabilities,
  ProviderId,
  RunOptions,
  SandboxRequest,
  SessionState,
} from '@agor/protocol';

/** How agents of a project run, as groups and settings say now. */
export interface ProjectRunConfig {
  readonly name: string;
  readonly cwd: string;
  /** The key under which other tools know it; worktrees and their branches begin with it. */
  readonly identifier: string;
  /** A new session in its folder gets a git worktree of its own. */
  readonly worktrees: boolean;
  readonly provider: ProviderId;
  readonly model?: string | undefined;
  readonly permissionMode: PermissionMode;
  /** `['user']`, or with `project` and `local` once the person accepted the repository's own settings as they are now. */
  readonly settingSources: RunOptions['settingSources'];
  readonly systemPrompt?: string | undefined;
  /** How much of its anchors goes with each run. Absent: medium. */
  readonly anchorBudgetScale?: AnchorBudgetScale | undefined;
  /** It works with others: it gets the tools to write to them. */
  readonly team?: boolean;
  readonly additionalDirectories?: readonly string[] | undefined;
  readonly claudeConfigDir?: string | undefined;
  /** Absent: none is asked for. */
  readonly sandbox?: SandboxRequest | undefined;
}

/**
 * What agents need to know of groups and settings. Those domains give it to `openCore`, so that agents depend on
 * neither. Read anew for each run: a changed setting counts from the next start on.
 */
export interface RunContext {
  /** Null: no such project. */
  project(id: ProjectId): ProjectRunConfig | null;
  /** What agents connect to in a project; in null, in a folder that is none. */
  mcpServers(id: ProjectId | null): McpServers;
  /** For sessions in a folder that is no project. */
  defaults(): { readonly provider: ProviderId; readonly permissionMode: PermissionMode };
  /** What happens by itself in a project; in null, in a folder that is none. `idleCloseMinutes`: 0 = never; `maxTurns`, calls of the model for one prompt: 0 = no limit. */
  policy(id: ProjectId | null): {
    readonly idleCloseMinutes: number;
    readonly resumeAfterLimit: boolean;
    readonly prewarm: boolean;
    readonly maxTurns?: number;
  };
  /** Whether what the session costs lets another prompt go out. Absent: nothing holds it. */
  readonly mayPrompt?: (state: SessionState) => boolean;
  /** The anchors for this session's agent. Absent: there are none. */
  readonly anchors?: (state: SessionState) => AnchorBlocks;
  /** Null: no such provider. In a project, what that decides comes first. */
  provider(id: ProviderId, projectId: ProjectId | null): RunProvider | null;
}

/** Anchors for one run of a session's agent, within its project's budget. */
export interface AnchorBlocks {
  /** Null: none to give. For the end of the system prompt. */
  readonly all: AnchorBlock | null;
  /** Null: the agent as it lives has all of them. For the end of its next prompt. */
  readonly missing: AnchorBlock | null;
}

export interface AnchorBlock {
  readonly ids: readonly string[];
  /** Estimated. */
  readonly tokens: number;
  readonly text: string;
}

export interface RunProvider {
  readonly label: string;
  readonly capabilities: ProviderCapabilities;
  /** It keeps no conversation of its own: every run is handed what was said so far. */
  readonly historyFromLog: boolean;
  /** As of `ProviderDefinition`. */
  readonly systemPrompt: 'eachRun' | 'newConversation' | undefined;
  readonly enabled: boolean;
  readonly defaultModel?: string | undefined;
  /** `providers.<family>.config` of the settings and the project. */
  readonly config: Record<string, unknown>;
}
