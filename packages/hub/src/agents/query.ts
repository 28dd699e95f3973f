import type {
  CommandId,
  PermissionMode,
  ProjectId,
  Prompt,
  PromptId,
  ProviderId,
  SessionId,
  SessionState,
} from '@agor/protocol';
import type { AgentContext } from '../agent-context/index.ts';
import { rejected } from '../failure.ts';
import { createSession } from '../sessions/index.ts';
import { withImagesAsBlobs } from './prompt-images.ts';
import { enqueue, sendNext, sendPrompt } from './send-next.ts';
import { maySteer } from './steer.ts';

export interface QueryInput {
  readonly commandId: CommandId;
  readonly sessionId?: SessionId | undefined;
  readonly projectId?: ProjectId | undefined;
  readonly cwd?: string | undefined;
  readonly provider?: ProviderId | undefined;
  readonly model?: string | undefined;
  readonly permissionMode?: PermissionMode | undefined;
  readonly resumeProviderSession?: string | undefined;
  readonly prompt: Prompt;
  /** It brings a person's word, though agor gives it: it moves the queue on as a person's prompt does. */
  readonly byPerson?: boolean | undefined;
  /** `steer`: into the turn that runs, where the provider can and nothing waits before it; else it queues. */
  readonly delivery?: 'queue' | 'steer' | undefined;
  /** The caller's environment for this session's agent. */
  readonly env?: Record<string, string> | undefined;
}

/** Prompts that may wait in one session. */
const MAX_QUEUE = 200;
const TITLE_CHARS = 80;

/**
 * Takes a prompt for a session, or for a new one: the prompt, and its being sent if the agent is free, are committed with
 * the command that brings it to the machine. A person's prompt moves the queue on after a failure, a limit or a stop.
 */
export function query(ctx: AgentContext, input: QueryInput): { sessionId: SessionId; promptId: PromptId } {
  return ctx.log.transaction(() =>
    ctx.done.once('agent.query', asked(input), () => {
      if (input.prompt.text.trim() === '' && input.prompt.images.length === 0) throw rejected('The prompt is empty.');
      const prompt = withImagesAsBlobs(input.prompt, ctx.blobsDir);
      const sessionId = input.sessionId ?? createSession(ctx, { ...input, title: titleOf(prompt) });
      const { env } = input;
      // Registered before the prompt's command is, so that the machine has it when the agent starts.
      if (env) ctx.log.afterCommit(() => ctx.setSessionEnvironment(sessionId, env));
      const state = ctx.log.requireState(sessionId);
      mustTake(state, prompt);
      if (state.title === '' && prompt.source !== 'agor')
        ctx.log.append(sessionId, [{ kind: 'sessionRenamed', title: titleOf(prompt) }]);
      if (input.sessionId !== undefined) changeSettings(ctx, state, input);
      ctx.log.append(sessionId, [{ kind: 'promptQueued', prompt }]);
      if (input.delivery === 'steer' && state.queue.length === 0 && maySteer(ctx, state))
        sendPrompt(ctx, sessionId, prompt.id, { steer: true });
      else sendNext(ctx, sessionId, input.byPerson === true || prompt.source !== 'agor');
      return { sessionId, promptId: prompt.id };
    }),
  );
}

/** What makes the command this one: not whose word it brings, not the environment that its caller happens to have, nor the project that agor found for the folder. */
function asked(input: QueryInput): QueryInput {
  return {
    ...input,
    env: undefined,
    byPerson: undefined,
    projectId: input.cwd === undefined ? input.projectId : undefined,
  };
}

function mustTake(state: SessionState, prompt: Prompt): void {
  if (state.queue.length >= MAX_QUEUE)
    throw rejected(`${MAX_QUEUE} prompts wait in this session already. Cancel some, or wait for the agent.`);
  const known = [...state.queue, ...state.inFlight, ...state.undelivered.map((u) => u.prompt)];
  if (known.some((p) => p.id === prompt.id)) throw rejected(`The prompt ${prompt.id} is in this session already.`);
}

/** A prompt to a known session may bring another model or mode, for this run and the ones after it. */
function changeSettings(ctx: AgentContext, state: SessionState, { model, permissionMode }: QueryInput): void {
  const changed = {
    ...(model !== undefined && model !== state.model ? { model } : {}),
    ...(permissionMode !== undefined && permissionMode !== state.permissionMode ? { permissionMode } : {}),
  };
  if (Object.keys(changed).length === 0) return;
  ctx.log.append(state.id, [{ kind: 'settingsChanged', ...changed }]);
  if (state.process) enqueue(ctx, { kind: 'set', sessionId: state.id, ...changed });
}

function titleOf(prompt: Prompt): string {
  const [line = ''] = prompt.text.trim().split('\n', 1);
  if (line.length <= TITLE_CHARS) return line;
  // Not between the two halves of a character, such as an emoji's.
  return `${line.slice(0, TITLE_CHARS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
