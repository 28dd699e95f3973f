import {
  CommandId,
  LinkCommand,
  type MachineCommand,
  newId,
  PromptId,
  ProviderId,
  RunOptions,
  SessionId,
  type SessionWorktree,
} from '@agor/protocol';

export function commandOf(command: MachineCommand, id: CommandId = newId(CommandId)): LinkCommand {
  return LinkCommand.parse({ id, command });
}

/** A query for the scripted runner. */
export function queryOf(
  sessionId: string,
  prompt: string,
  options: {
    readonly cwd?: string;
    readonly promptId?: string;
    readonly id?: string;
    readonly claudeConfigDir?: string;
    readonly worktree?: SessionWorktree;
  } = {},
): LinkCommand & { readonly command: Extract<MachineCommand, { kind: 'query' }> } {
  const { cwd = '/', promptId = crypto.randomUUID(), id = crypto.randomUUID(), claudeConfigDir, worktree } = options;
  return {
    id: CommandId.parse(id),
    command: {
      kind: 'query',
      sessionId: SessionId.parse(sessionId),
      provider: ProviderId.parse('scripted'),
      projectId: null,
      promptId: PromptId.parse(promptId),
      prompt,
      images: [],
      steer: false,
      options: RunOptions.parse({ cwd, claudeConfigDir, worktree }),
    },
  };
}
