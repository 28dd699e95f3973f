import type { PermissionMode, RunOptions } from '@agor/protocol';
import type { AskForApproval } from '../generated/v2/AskForApproval.ts';
import type { SandboxMode } from '../generated/v2/SandboxMode.ts';
import type { SandboxPolicy } from '../generated/v2/SandboxPolicy.ts';
import type { ThreadStartParams } from '../generated/v2/ThreadStartParams.ts';
import type { TurnStartParams } from '../generated/v2/TurnStartParams.ts';

/**
 * What Codex asks about. `untrusted`: every command and every patch; which of those the mode allows unasked is then ours to say, and the same
 * with every provider. But what is allowed so may leave Codex's sandbox: where that one stands in for ours, Codex asks only to leave it.
 */
export function approvalPolicy(mode: PermissionMode, { confined, sandbox }: RunOptions): AskForApproval {
  if (mode === 'bypassPermissions') return 'never';
  return sandbox?.enabled && !confined ? 'on-request' : 'untrusted';
}

/** The sandbox that Codex puts around its commands. None of its own inside of ours: they can't nest. */
export function sandboxMode(mode: PermissionMode, confined: boolean): SandboxMode {
  if (confined || mode === 'bypassPermissions') return 'danger-full-access';
  return mode === 'plan' ? 'read-only' : 'workspace-write';
}

/** The same for a turn, where it differs from what the thread was started with. */
export function sandboxPolicy(
  mode: PermissionMode,
  options: RunOptions,
  workspace: SandboxPolicy | null,
): SandboxPolicy {
  // With network: what may be reached is our sandbox's matter.
  if (options.confined) return { type: 'externalSandbox', networkAccess: 'enabled' };
  switch (sandboxMode(mode, false)) {
    case 'danger-full-access':
      return { type: 'dangerFullAccess' };
    case 'read-only':
      return { type: 'readOnly', networkAccess: false };
    case 'workspace-write':
      return (
        workspace ?? {
          type: 'workspaceWrite',
          writableRoots: [...options.additionalDirectories],
          networkAccess: false,
          excludeTmpdirEnvVar: false,
          excludeSlashTmp: false,
        }
      );
  }
}

/** Codex plans in a mode of its own: it may ask questions there, and ends with a proposed plan. */
export function collaboration(
  mode: PermissionMode,
  model: string,
  effort: string | null,
): NonNullable<TurnStartParams['collaborationMode']> {
  return {
    mode: mode === 'plan' ? 'plan' : 'default',
    settings: { model, reasoning_effort: effort, developer_instructions: null },
  };
}

/** What a thread is started, resumed or forked with; Codex forgets both policies when they are not told again. */
export function threadParams(options: RunOptions, secrets: Readonly<Record<string, unknown>>) {
  const { cwd, permissionMode, confined, additionalDirectories, mcpServers, systemPrompt } = options;
  const config: Record<string, unknown> = { ...secrets };
  for (const [name, server] of Object.entries(mcpServers)) {
    config[`mcp_servers.${name}`] =
      'url' in server
        ? { url: server.url, http_headers: server.headers }
        : { command: server.command, args: server.args, env: server.env };
  }
  if (additionalDirectories.length > 0) config['sandbox_workspace_write.writable_roots'] = additionalDirectories;
  return {
    cwd,
    approvalPolicy: approvalPolicy(permissionMode, options),
    sandbox: sandboxMode(permissionMode, confined),
    config: config as NonNullable<ThreadStartParams['config']>,
    ...(systemPrompt === undefined ? {} : { developerInstructions: systemPrompt }),
  };
}
