import {
  type MachineCommand,
  type PromptId,
  type RunAnchors,
  type RunOptions,
  type SentAnchors,
  type SessionId,
  type SessionState,
  TEAM_SERVER,
  TEAM_TOOLS,
} from '@agor/protocol';
import { mayDispatch } from '@agor/session';
import type { AgentContext } from '../agent-context/index.ts';
import { historyOf } from './history/index.ts';

/**
 * Hands the first queued prompt to the agent, if it may go now. `explicit`: a person acts, so a failure, a limit or an
 * earlier stop does not hold the queue back, and one that is not over yet only until it is (see `sendAfterStop`). Only within a
 * transaction of the log.
 */
export function sendNext(ctx: AgentContext, sessionId: SessionId, explicit: boolean): void {
  const state = ctx.log.requireState(sessionId);
  if (explicit && state.stopping && isHeld(ctx, sessionId)) ctx.log.setHold(sessionId, 'untilStopped');
  if (!mayDispatch(state, explicit)) return;
  if (explicit) ctx.log.setHold(sessionId, 'none');
  else if (ctx.log.hold(sessionId) !== 'none') return;
  if (ctx.run.mayPrompt?.(state) === false) return;
  if (state.limit) ctx.log.append(sessionId, [{ kind: 'limitLifted' }]);
  const [prompt] = state.queue;
  if (prompt) sendPrompt(ctx, sessionId, prompt.id);
}

function isHeld(ctx: AgentContext, sessionId: SessionId): boolean {
  const hold = ctx.log.hold(sessionId);
  return hold === 'held' || hold === 'stopAll';
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
  const given = anchorsFor(ctx, ctx.log.requireState(sessionId), promptId);
  const state = ctx.log.append(sessionId, [{ kind: 'promptSent', promptId, ...(given ? { anchors: given } : {}) }]);
  const prompt = state.inFlight.find((p) => p.id === promptId);
  if (!prompt) throw new Error(`prompt ${promptId} is not in session ${sessionId}`);
  const { provider, projectId } = state;
  const { text, images } = prompt;
  const options = runOptions(ctx, state);
  const traceparent = ctx.traceparent(prompt, { sessionId, seq: state.seq, steer });
  enqueue(ctx, {
    kind: 'query',
    sessionId,
    provider,
    projectId,
    promptId,
    // After the person's words, which stay what the agent's own lists show of the conversation.
    prompt: given ? `${text}\n\n${given.text}` : text,
    images,
    steer,
    traceparent,
    options,
  });
}

/**
 * Anchors that this prompt takes along: those that the live agent lacks, or one that starts with this prompt and does not get them before it.
 * Not with a command, whose arguments they would be.
 */
function anchorsFor(ctx: AgentContext, state: SessionState, promptId: PromptId): SentAnchors | null {
  const waiting = [...state.queue, ...state.undelivered.map(({ prompt }) => prompt)];
  const prompt = waiting.find(({ id }) => id === promptId);
  if (prompt?.text.trimStart().startsWith('/')) return null;
  if (state.process === null && runAnchors(ctx, state)?.fromStart) return null;
  const block = ctx.run.anchors?.(state).missing;
  return block ? { ids: [...block.ids], tokens: block.tokens, text: block.text } : null;
}

/** The anchors at the end of the system prompt of a run that starts now; null where there are none, or such a prompt is not heard. */
function runAnchors(ctx: AgentContext, state: SessionState): (RunAnchors & { readonly text: string }) | null {
  const heard = ctx.run.provider(state.provider, state.projectId)?.systemPrompt;
  const block = heard ? ctx.run.anchors?.(state).all : null;
  if (!block) return null;
  const fromStart = heard === 'eachRun' || state.providerSessionId === undefined;
  return { ids: [...block.ids], fromStart, text: block.text };
}

/** Promises a command to the machine within the running transaction; it is sent after the commit. */
export function enqueue(ctx: AgentContext, command: MachineCommand): void {
  ctx.outbox.add(command);
  ctx.log.afterCommit(() => ctx.outbox.added());
}

/** Whoever is in a team may use its tools unasked: the hub checks each call by the agent's role. */
const TEAM_RULES: RunOptions['rules'] = TEAM_TOOLS.map((tool) => ({
  id: `team:${tool}`,
  toolName: `mcp__${TEAM_SERVER}__${tool}`,
  once: false,
  decision: 'allow',
}));

/** How the session's agent is to run, as its state, its project and the settings say now. */
export function runOptions(ctx: AgentContext, state: SessionState): RunOptions {
  const project = state.projectId === null ? null : ctx.run.project(state.projectId);
  const provider = ctx.run.provider(state.provider, state.projectId);
  const anchors = runAnchors(ctx, state);
  const systemPrompt = [project?.systemPrompt, anchors?.text].filter((text) => text !== undefined);
  return {
    cwd: state.cwd,
    worktree: state.worktree,
    model: state.model ?? project?.model ?? provider?.defaultModel,
    permissionMode: state.permissionMode,
    resumeSessionId: state.providerSessionId,
    forkSession: state.forkPending,
    // Also while a process lives: it may be gone when this arrives.
    history: provider?.historyFromLog ? historyOf(ctx.log, state.id) : undefined,
    controls: state.chosenControls,
    mcpServers: provider?.capabilities.mcp ? ctx.run.mcpServers(state.projectId) : {},
    team: project?.team ?? false,
    confined: false,
    // In a worktree of its own, an agent has no business in the project's folder.
    sandbox: state.worktree && project?.sandbox ? { ...project.sandbox, root: undefined } : project?.sandbox,
    maxTurns: ctx.run.policy(state.projectId).maxTurns || undefined,
    settingSources: [...(project?.settingSources ?? (['user'] as const))],
    systemPrompt: systemPrompt.length === 0 ? undefined : systemPrompt.join('\n\n'),
    anchors: anchors ? { ids: anchors.ids, fromStart: anchors.fromStart } : undefined,
    // Not the project's of today: the conversation is in the folder that it began in, and nowhere else.
    claudeConfigDir:
      state.claudeConfigDir === undefined ? project?.claudeConfigDir : (state.claudeConfigDir ?? undefined),
    additionalDirectories: [...(project?.additionalDirectories ?? [])],
    rules: [...ctx.rules.forRun(state.projectId, state.id), ...(project?.team ? TEAM_RULES : [])],
    providerConfig: provider?.config ?? {},
  };
}
