import type { MachineCommand, PromptId, RunOptions, SessionId, SessionState } from '@agor/protocol';
import { mayDispatch } from '@agor/session';
import type { AgentContext } from './context.ts';
import { historyOf } from './history/index.ts';

/**
 * Hands the first queued prompt to the agent, if it may go now. `explicit`: a person acts, so a failure, a limit or an
 * earlier stop does not hold the queue back, and one that is not over yet only until it is (see `sendAfterStop`). Only within a
 * transaction of the log.
 */
export function sendNext(ctx: AgentContext, sessionId: SessionId, explicit: boolean): void {
  const state = ctx.log.requireState(sessionId);
  if (explicit && state.stopping && ctx.log.hold(sessionId) === 'held') ctx.log.setHold(sessionId, 'untilStopped');
  if (!mayDispatch(state, explicit)) return;
  if (explicit) ctx.log.setHold(sessionId, 'none');
  else if (ctx.log.hold(sessionId) !== 'none') return;
  if (ctx.run.mayPrompt?.(state) === false) return;
  if (state.limit) ctx.log.append(sessionId, [{ kind: 'limitLifted' }]);
  const [prompt] = state.queue;
  if (prompt) sendPrompt(ctx, sessionId, prompt.id);
}

/** Hands out what a person gave during a stop, if that is over now. Only within a transaction of the log. */
export function sendAfterStop(ctx: AgentContext, sessionId: SessionId): void {
  if (ctx.log.hold(sessionId) === 'untilStopped') sendNext(ctx, sessionId, true);
}

/**
 * Commits that a queued or undelivered prompt is on its way, together with the command that brings it. `steer`: into the turn that runs
 * (see `maySteer`).
 */
export function sendPrompt(ctx: AgentContext, sessionId: SessionId, promptId: PromptId, { steer = false } = {}): void {
  const state = ctx.log.append(sessionId, [{ kind: 'promptSent', promptId }]);
  const prompt = state.inFlight.find((p) => p.id === promptId);
  if (!prompt) throw new Error(`prompt ${promptId} is not in session ${sessionId}`);
  const { provider, projectId } = state;
  const { text, images } = prompt;
  const options = runOptions(ctx, state);
  enqueue(ctx, {
    kind: 'query',
    sessionId,
    provider,
    projectId,
    promptId,
    prompt: text,
    images,
    steer,
    options,
  });
}

/** Promises a command to the machine within the running transaction; it is sent after the commit. */
export function enqueue(ctx: AgentContext, command: MachineCommand): void {
  ctx.outbox.add(command);
  ctx.log.afterCommit(() => ctx.outbox.added());
}

/** How the session's agent is to run, as its state, its project and the settings say now. */
export function runOptions(ctx: AgentContext, state: SessionState): RunOptions {
  const project = state.projectId === null ? null : ctx.run.project(state.projectId);
  const provider = ctx.run.provider(state.provider, state.projectId);
  return {
    cwd: state.cwd,
    model: state.model ?? project?.model ?? provider?.defaultModel,
    permissionMode: state.permissionMode,
    resumeSessionId: state.providerSessionId,
    forkSession: state.forkPending,
    // Also while a process lives: it may be gone when this arrives.
    history: provider?.historyFromLog ? historyOf(ctx.log, state.id) : undefined,
    controls: state.chosenControls,
    mcpServers: {},
    team: project?.team ?? false,
    confined: false,
    sandbox: project?.sandbox,
    settingSources: [...(project?.settingSources ?? (['user'] as const))],
    systemPrompt: project?.systemPrompt,
    claudeConfigDir: project?.claudeConfigDir,
    additionalDirectories: [...(project?.additionalDirectories ?? [])],
    rules: ctx.rules.forRun(state.projectId, state.id),
    providerConfig: provider?.config ?? {},
  };
}
