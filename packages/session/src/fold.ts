import type {
  AskId,
  AskStatus,
  BodyOf,
  Prompt,
  PromptId,
  RunnerHealth,
  SessionEvent,
  SessionId,
  SessionState,
} from '@agor/protocol';
import { foldMessage } from './fold-message.ts';
import { initialState } from './initial.ts';

/** Asks that are over and still kept in the state, newest first to stay; the log has them all. */
const KEPT_SETTLED_ASKS = 10;
/** Undelivered prompts kept in the state; older ones stay in the log. */
const KEPT_UNDELIVERED = 20;
/** Anchors that one agent was told since its last compaction and that are remembered; one of more than these is told again. */
const KEPT_ANCHORS = 256;
const PREVIEW_CHARS = 200;
const HEALTHY: RunnerHealth = { state: 'healthy' };

/**
 * The only place where a session's state is decided; pure, and the same code in hub and face. Call with `undefined` for
 * the first event, which is `sessionCreated`. Events that the state has already seen (`seq` not above its own) change
 * nothing, so a replay is harmless; a gap is a bug of the caller and throws.
 */
export function fold(id: SessionId, state: SessionState | undefined, event: SessionEvent): SessionState {
  if (!state) {
    if (event.kind !== 'sessionCreated') throw new Error(`session ${id} begins with ${event.kind}, not sessionCreated`);
    return { ...initialState(id, event, event.at), seq: event.seq };
  }
  if (event.seq <= state.seq) return state;
  if (event.seq !== state.seq + 1) throw new Error(`session ${id}: event ${event.seq} after ${state.seq}`);
  const next = apply(state, event);
  return { ...next, seq: event.seq, lastActivityAt: isActivity(event) ? event.at : next.lastActivityAt };
}

/** Folds many events; see `fold`. */
export function foldAll(
  id: SessionId,
  state: SessionState | undefined,
  events: readonly SessionEvent[],
): SessionState | undefined {
  return events.reduce<SessionState | undefined>((current, event) => fold(id, current, event), state);
}

function apply(state: SessionState, event: SessionEvent): SessionState {
  switch (event.kind) {
    case 'sessionCreated':
      return state;
    case 'sessionRenamed':
      return { ...state, title: event.title };
    case 'settingsChanged':
      return {
        ...state,
        model: event.model ?? state.model,
        permissionMode: event.permissionMode ?? state.permissionMode,
        chosenControls: { ...state.chosenControls, ...event.controls },
      };
    case 'promptQueued':
      // A queued prompt changes no status: what runs goes on running.
      return { ...state, queue: [...state.queue, event.prompt] };
    case 'promptEdited':
      return { ...state, queue: state.queue.map((p) => (p.id === event.promptId ? { ...p, text: event.text } : p)) };
    case 'promptCancelled':
      return {
        ...state,
        queue: without(state.queue, event.promptId),
        undelivered: state.undelivered.filter((u) => u.prompt.id !== event.promptId),
      };
    case 'promptSent':
      return sent(state, event);
    case 'promptDelivered':
      return { ...state, inFlight: without(state.inFlight, event.promptId) };
    case 'promptDoubtful':
      return undelivered(state, event.promptId, true, event.reason);
    case 'promptFailed':
      return promptFailed(state, event);
    case 'processStarted':
      return processStarted(state, event);
    case 'processExited':
      return processExited(state, event);
    case 'turnStarted':
      return {
        ...state,
        turn: { id: event.turnId, promptId: event.promptId, startedAt: event.at },
        inFlight: event.promptId ? without(state.inFlight, event.promptId) : state.inFlight,
        ended: 'none',
        error: null,
        retry: null,
      };
    case 'turnEnded':
      return turnEnded(state, event);
    case 'message':
      return foldMessage(state, event.message, event.at);
    case 'agentInfo':
      return {
        ...state,
        providerSessionId: event.providerSessionId ?? state.providerSessionId,
        forkPending: state.forkPending && isSourceId(state, event.providerSessionId),
        model: event.model ?? state.model,
        permissionMode: event.permissionMode ?? state.permissionMode,
        models: event.models ?? state.models,
        commands: event.commands ?? state.commands,
        agentVersion: event.version ?? state.agentVersion,
        controls: event.controls ?? state.controls,
        quota: event.quota ?? state.quota,
      };
    case 'health':
      return healthChanged(state, event.health);
    case 'askOpened':
      return { ...state, asks: keepAsks([...state.asks, { ask: event.ask, status: 'open', openedAt: event.at }]) };
    case 'askAnswered':
      return {
        ...state,
        asks: state.asks.map((a) =>
          a.ask.id === event.askId ? { ...a, status: 'answered', answer: event.answer, answeredBy: event.by } : a,
        ),
      };
    case 'askDelivered':
      return withAskStatus(state, event.askId, 'delivered');
    case 'askLapsed':
      return withAskStatus(state, event.askId, 'lapsed');
    case 'askWithdrawn':
      return withAskStatus(state, event.askId, 'withdrawn');
    case 'stopRequested':
      return { ...state, stopping: hasWork(state) };
    case 'retrying': {
      const { until, attempt, maxAttempts, message } = event;
      return { ...state, retry: { until, attempt, maxAttempts, class: event.class, message } };
    }
    case 'limited':
      return { ...state, limit: { until: event.until, limit: event.limit, message: event.message } };
    case 'limitLifted':
      return limitLifted(state);
    case 'paused':
      return event.budget ? { ...state, budgetHold: event.budget } : { ...state, pausedReason: event.reason };
    case 'resumed':
      return event.budget ? { ...state, budgetHold: null } : { ...state, pausedReason: null };
    case 'notice':
    case 'unknown':
      return state;
  }
}

function sent(state: SessionState, { promptId, anchors }: BodyOf<'promptSent'>): SessionState {
  const again = state.undelivered.find((u) => u.prompt.id === promptId)?.prompt;
  const prompt = state.queue.find((p) => p.id === promptId) ?? again;
  return {
    ...state,
    queue: without(state.queue, promptId),
    undelivered: state.undelivered.filter((u) => u.prompt.id !== promptId),
    inFlight: prompt ? [...state.inFlight, prompt] : state.inFlight,
    ended: 'none',
    error: null,
    anchors: anchors ? { ...state.anchors, told: withIds(state.anchors.told, anchors.ids) } : state.anchors,
    lastPrompt: prompt ? prompt.text.slice(0, PREVIEW_CHARS) : state.lastPrompt,
  };
}

function systemAnchors({ anchors }: BodyOf<'processStarted'>): Omit<SessionState['anchors'], 'told'> {
  return { system: anchors?.fromStart ? anchors.ids : [], afterCompaction: anchors?.ids ?? [] };
}

function withIds(known: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...known, ...more])].slice(-KEPT_ANCHORS);
}

function undelivered(state: SessionState, promptId: PromptId, doubtful: boolean, reason: string): SessionState {
  const prompt = state.inFlight.find((p) => p.id === promptId);
  if (!prompt) return state;
  const inFlight = without(state.inFlight, promptId);
  return {
    ...state,
    inFlight,
    stopping: state.stopping && hasWork({ ...state, inFlight }),
    undelivered: [...state.undelivered, { prompt, doubtful, reason }].slice(-KEPT_UNDELIVERED),
    // The prompt may have been the one that brought them: better twice than never.
    anchors: { ...state.anchors, told: [] },
  };
}

/** The failure that was the limit is over with it: the session is free again. Any other stays. */
function limitLifted(state: SessionState): SessionState {
  const wasTheLimit = state.ended === 'failed' && ['rate_limit', 'quota'].includes(state.error?.class ?? 'unknown');
  return wasTheLimit ? { ...state, limit: null, ended: 'none', error: null } : { ...state, limit: null };
}

/** Something that a stop has to end: a prompt on its way may be starting the agent, and so may the supervisor. */
function hasWork({ process, turn, inFlight, health }: SessionState): boolean {
  return process !== null || turn !== null || inFlight.length > 0 || health.state === 'restarting';
}

function processStarted(state: SessionState, event: BodyOf<'processStarted'>): SessionState {
  const started = {
    ...state,
    process: { pid: event.pid, startTime: event.startTime },
    sandbox: event.sandbox ?? null,
    anchors: { ...state.anchors, ...systemAnchors(event) },
  };
  if (event.background) return started;
  // A person's start is a new beginning: how the last process ended is told above it in the transcript.
  return { ...started, ended: 'none', error: null, health: HEALTHY };
}

/** The supervisor's word comes before the exit that it judges, so that a crash which is being mended never shows as the end. */
function healthChanged(state: SessionState, health: RunnerHealth): SessionState {
  const next = { ...state, health };
  if (health.state === 'failed')
    return {
      ...next,
      stopping: false,
      ended: 'failed',
      error: {
        message: health.lastError,
        class: state.error?.class ?? 'unknown',
        stderrTail: state.error?.stderrTail,
      },
    };
  // A stop while nothing ran but the wait for the next try.
  if (state.stopping && !hasWork(next)) return { ...next, stopping: false, ended: 'stopped' };
  return next;
}

function promptFailed(state: SessionState, event: BodyOf<'promptFailed'>): SessionState {
  const after = undelivered(state, event.promptId, false, event.message);
  // Stopped before the agent could take it: that is what the person wanted, and no failure.
  if (state.stopping || state.ended === 'stopped') return { ...after, ended: 'stopped' };
  return { ...after, ended: 'failed', error: { message: event.message, class: event.class } };
}

function processExited(state: SessionState, event: BodyOf<'processExited'>): SessionState {
  // What is started again has not ended: a turn that was lost has failed, a session that was at rest goes on resting.
  const isMended = !event.expected && state.health.state === 'restarting';
  const failed = !event.expected && (!isMended || state.ended === 'failed');
  const ended = failed ? 'failed' : state.stopping ? 'stopped' : state.ended;
  return {
    ...state,
    process: null,
    sandbox: null,
    // Not every agent goes on with what was said to the one before.
    anchors: { system: [], afterCompaction: [], told: [] },
    stopping: isMended && state.stopping,
    ended,
    error: failed
      ? {
          message: crashText(state, event),
          class: state.error?.class ?? 'unknown',
          stderrTail: event.stderrTail,
        }
      : state.error,
    health: isMended || (failed && state.health.state === 'failed') ? state.health : HEALTHY,
    retry: null,
    activeTools: [],
    subagents: state.subagents.map((s) => (s.state === 'running' ? { ...s, state: 'stopped' } : s)),
  };
}

/** Whether the agent still names the conversation that is to be copied, or none: then the copy is not made yet. */
function isSourceId(state: SessionState, told: string | undefined): boolean {
  return told === undefined || told === state.providerSessionId;
}

function crashText({ health }: SessionState, event: BodyOf<'processExited'>): string {
  return health.state === 'failed' ? health.lastError : (event.reason ?? exitText(event));
}

function exitText(event: BodyOf<'processExited'>): string {
  return event.signal
    ? `The agent's process was ended by ${event.signal}`
    : `The agent's process ended with exit code ${event.code ?? 'unknown'}`;
}

function turnEnded(state: SessionState, event: BodyOf<'turnEnded'>): SessionState {
  if (state.turn && state.turn.id !== event.turnId) return state;
  const ended = { done: 'done', failed: 'failed', interrupted: 'stopped', lost: 'failed' }[event.outcome] as
    | 'done'
    | 'failed'
    | 'stopped';
  return {
    ...state,
    turn: null,
    stopping: false,
    ended,
    error:
      ended === 'failed'
        ? {
            message: event.message ?? state.error?.message ?? 'The turn failed',
            class: event.class ?? state.error?.class ?? 'unknown',
          }
        : null,
    retry: null,
    activeTools: [],
  };
}

function withAskStatus(state: SessionState, askId: AskId, status: AskStatus): SessionState {
  return { ...state, asks: keepAsks(state.asks.map((a) => (a.ask.id === askId ? { ...a, status } : a))) };
}

function keepAsks(asks: SessionState['asks']): SessionState['asks'] {
  const settled = asks.filter((a) => a.status === 'delivered' || a.status === 'withdrawn');
  if (settled.length <= KEPT_SETTLED_ASKS) return asks;
  const dropped = new Set(settled.slice(0, settled.length - KEPT_SETTLED_ASKS));
  return asks.filter((a) => !dropped.has(a));
}

function without(prompts: readonly Prompt[], promptId: PromptId): Prompt[] {
  return prompts.filter((p) => p.id !== promptId);
}

/** Events that only a person's housekeeping makes do not count as a sign of life of the agent. */
function isActivity(event: SessionEvent): boolean {
  return event.kind !== 'sessionRenamed' && event.kind !== 'notice';
}
