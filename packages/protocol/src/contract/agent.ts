import { z } from 'zod';
import { Answer, PermissionRule } from '../asks.ts';
import { ControlValues } from '../controls.ts';
import { AskId, ProjectId, PromptId, ProviderId, SessionId } from '../ids.ts';
import { Prompt } from '../prompts.ts';
import { PermissionMode } from '../settings.ts';
import { base, command, done } from './base.ts';

export const agent = {
  /** Gives a prompt to a session, or to a new one. Queued while a turn runs. */
  query: base
    .input(
      command.extend({
        sessionId: SessionId.optional(),
        /** For a new session: the project, or a folder. */
        projectId: ProjectId.optional(),
        cwd: z.string().optional(),
        provider: ProviderId.optional(),
        model: z.string().optional(),
        permissionMode: PermissionMode.optional(),
        resumeProviderSession: z.string().optional(),
        prompt: Prompt,
        /** `steer`: into the turn that runs, where the provider can (`capabilities.steer`); else it queues. */
        delivery: z.enum(['queue', 'steer']).default('queue'),
        /** The caller's environment for this session's agent; filtered by an allow-list, never stored. */
        env: z.record(z.string(), z.string()).optional(),
      }),
    )
    .output(z.object({ sessionId: SessionId, promptId: PromptId })),
  interrupt: base.input(command.extend({ sessionId: SessionId })).output(done),
  /** Ends one subagent that runs, named by the call that started it; what has ended stays so. REJECTED where the provider can't (`capabilities.stopSubagents`). */
  stopSubagent: base
    .input(command.extend({ sessionId: SessionId, toolUseId: z.string().min(1).max(500) }))
    .output(done),
  /** Ends the agent's process and everything it started. */
  stop: base.input(command.extend({ sessionId: SessionId })).output(done),
  stopAll: base.input(command).output(z.object({ stopped: z.array(SessionId) })),
  /** Ends what is left of the process and starts it again, with the same conversation. */
  restart: base.input(command.extend({ sessionId: SessionId })).output(done),
  set: base
    .input(
      command.extend({
        sessionId: SessionId,
        model: z.string().optional(),
        permissionMode: PermissionMode.optional(),
        controls: ControlValues.optional(),
      }),
    )
    .output(done),
  /** Puts a queued prompt into the turn that runs. REJECTED where the provider can't, or when none runs. */
  steerPrompt: base.input(command.extend({ sessionId: SessionId, promptId: PromptId })).output(done),
  /** Someone is about to write: starts the agent's process ahead when the setting `prewarm` says so, else does nothing. */
  warm: base.input(command.extend({ sessionId: SessionId })).output(done),
  editPrompt: base
    .input(command.extend({ sessionId: SessionId, promptId: PromptId, text: Prompt.shape.text }))
    .output(done),
  cancelPrompt: base.input(command.extend({ sessionId: SessionId, promptId: PromptId })).output(done),
  /** Sends a doubtful or failed prompt again. */
  resendPrompt: base.input(command.extend({ sessionId: SessionId, promptId: PromptId })).output(done),
  answer: base
    .input(command.extend({ askId: AskId, answer: Answer, by: z.string().max(100).default('web') }))
    .output(done),
  rules: base.input(z.object({ projectId: ProjectId.optional() })).output(z.array(PermissionRule)),
  revokeRule: base.input(command.extend({ ruleId: z.string() })).output(done),
};
