import type { CommandId, ControlValues, PermissionMode, ProjectId, SessionId, SessionState } from '@agor/protocol';
import { isRestarting } from '@agor/session';
import type { AgentContext } from '../agent-context/index.ts';
import { rejected } from '../failure.ts';
import { enqueue, runOptions, sendNext } from './send-next.ts';

export interface SessionCommand {
  readonly commandId: CommandId;
  readonly sessionId: SessionId;
  /** Who asks; `web` when not said. */
  readonly by?: string | undefined;
}

/** Who stopped a session that Stop All stopped. */
export const STOP_ALL = 'Stop All';

/** Ends the running turn; the agent stays. Nothing happens when no turn runs. */
export function interrupt(ctx: AgentContext, { commandId, sessionId, by = 'web' }: SessionCommand): void {
  ctx.log.transaction(() =>
    ctx.done.once('agent.interrupt', { commandId, sessionId }, () => {
      const state = ctx.log.requireState(sessionId);
      if (state.turn) ctx.log.append(sessionId, [{ kind: 'stopRequested', mode: 'interrupt', by }]);
      if (state.turn || state.inFlight.length > 0) enqueue(ctx, { kind: 'interrupt', sessionId });
      return null;
    }),
  );
}

/**
 * Ends the agent's process with everything it started. What waits in the queue stays there until the person acts; with `holdQueue` false
 * something else holds it.
 */
export function stop(
  ctx: AgentContext,
  { commandId, sessionId, by = 'web' }: SessionCommand,
  { holdQueue = true } = {},
): void {
  ctx.log.transaction(() =>
    ctx.done.once('agent.stop', { commandId, sessionId }, () => {
      const state = ctx.log.requireState(sessionId);
      if (isAlive(state)) stopTree(ctx, state, by, holdQueue);
      return null;
    }),
  );
}

/**
 * As `stop`, for every session that has a process or is about to; returns which. Queues of all the others wait as well: none goes on by
 * itself at the reset of a limit, with a new budget or after an agent's failure.
 */
export function stopAll(
  ctx: AgentContext,
  { commandId, by = STOP_ALL }: { readonly commandId: CommandId; readonly by?: string | undefined },
): { stopped: SessionId[] } {
  return ctx.log.transaction(() =>
    ctx.done.once('agent.stopAll', { commandId }, () => {
      const open = ctx.log.openSessions().map((id) => ctx.log.requireState(id));
      const alive = open.filter(isAlive);
      for (const state of alive) stopTree(ctx, state, by, false);
      for (const { id } of open) if (ctx.log.hold(id) !== 'held') ctx.log.setHold(id, 'stopAll');
      return { stopped: alive.map((state) => state.id) };
    }),
  );
}

/**
 * Lets go of what Stop All holds: of one agent's sessions, or of all. Their queues go on, as far as nothing else holds them; a stop of the
 * person's before it still does.
 */
export function letGo(
  ctx: AgentContext,
  { commandId, projectId }: { readonly commandId: CommandId; readonly projectId?: ProjectId | undefined },
): void {
  ctx.log.transaction(() =>
    ctx.done.once('agent.letGo', { commandId, projectId }, () => {
      for (const id of ctx.log.heldByStopAll()) {
        const state = ctx.log.requireState(id);
        if (projectId !== undefined && state.projectId !== projectId) continue;
        ctx.log.setHold(id, state.stopping ? 'untilStopped' : 'none');
        sendNext(ctx, id, false);
      }
      return null;
    }),
  );
}

/** Ends what is left of the agent's process and starts it again with the same conversation; then the queue goes on. */
export function restart(ctx: AgentContext, { commandId, sessionId, by = 'web' }: SessionCommand): void {
  ctx.log.transaction(() =>
    ctx.done.once('agent.restart', { commandId, sessionId }, () => {
      const state = ctx.log.requireState(sessionId);
      if (isAlive(state)) stopTree(ctx, state, by);
      ctx.log.setHold(sessionId, 'none');
      if (state.limit) ctx.log.append(sessionId, [{ kind: 'limitLifted' }]);
      const { provider, projectId } = state;
      enqueue(ctx, { kind: 'open', sessionId, provider, projectId, options: runOptions(ctx, state) });
      return null;
    }),
  );
}

/** Changes model, permission mode or what the agent itself offers to choose, for the live agent and for later runs. */
export function setAgent(
  ctx: AgentContext,
  input: SessionCommand & {
    readonly model?: string | undefined;
    readonly permissionMode?: PermissionMode | undefined;
    readonly controls?: ControlValues | undefined;
  },
): void {
  const { commandId, sessionId, model, permissionMode } = input;
  const controls = Object.keys(input.controls ?? {}).length > 0 ? input.controls : undefined;
  if (model === undefined && permissionMode === undefined && controls === undefined)
    throw rejected("Say what to change: the model, the permission mode or one of the agent's controls.");
  ctx.log.transaction(() =>
    ctx.done.once('agent.set', { commandId, sessionId, model, permissionMode, controls }, () => {
      mustBeOffered(ctx.log.requireState(sessionId), controls ?? {});
      const state = ctx.log.append(sessionId, [{ kind: 'settingsChanged', model, permissionMode, controls }]);
      if (isAlive(state)) enqueue(ctx, { kind: 'set', sessionId, model, permissionMode, controls });
      return null;
    }),
  );
}

/** What the agent never told of can't be checked: it may offer it by the time it starts. */
function mustBeOffered({ controls }: SessionState, chosen: ControlValues): void {
  for (const [id, value] of Object.entries(chosen)) {
    const control = controls.find((one) => one.id === id);
    if (!control || control.options.some((option) => option.value === value)) continue;
    const offered = control.options.map((option) => option.value).join(', ');
    throw rejected(`"${control.label}" can't be ${JSON.stringify(value)}. The agent offers: ${offered}.`);
  }
}

function stopTree(ctx: AgentContext, state: SessionState, by: string, holdQueue = true): void {
  ctx.log.append(state.id, [{ kind: 'stopRequested', mode: 'stop', by }]);
  if (holdQueue) ctx.log.setHold(state.id, 'held');
  enqueue(ctx, { kind: 'stop', sessionId: state.id, reason: `stopped by ${by}` });
}

/** It has a process, or is about to: also one that crashed and is being started again. */
function isAlive(state: SessionState): boolean {
  return state.process !== null || state.turn !== null || state.inFlight.length > 0 || isRestarting(state);
}
