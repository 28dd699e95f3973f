import type {
  AskId,
  ErrorClass,
  JournalEntry,
  MachineEvent,
  RunnerHealth,
  SessionEventBody,
  SessionState,
} from '@agor/protocol';
import type { Adapter, AdapterMemory, Continuity } from '@agor/providers';
import { isRestarting } from '@agor/session';
import { answerPromptId, askOfPrompt } from '../answer-prompt.ts';
import { abortedBlock } from './aborted-block.ts';
import { adaptEvent } from './adapt-event.ts';
import { lossNotice, noticesOf } from './restart-words.ts';

/** What one journal entry means for its session. */
export interface Derived {
  readonly events: readonly SessionEventBody[];
  /** The adapter's memory after it; the same object when nothing changed. */
  readonly memory: AdapterMemory;
  /** A rule answered a call; if it was a one-shot, it is used up. */
  readonly ruleUsed?: string;
  /** Answers that a person gave and that no runner took: they go the way of answers to lapsed asks. */
  readonly redo?: readonly AskId[];
  /**
   * The agent is free: the next queued prompt may go. `restarted`: even after a failure, for the person started it anew.
   * `recovered`: it runs again after a crash, and nothing was lost. `limitLifted`: if the person wants that.
   */
  readonly free?: 'turnEnded' | 'restarted' | 'recovered' | 'limitLifted';
}

export interface DeriveContext {
  readonly state: SessionState;
  readonly memory: AdapterMemory;
  readonly adapter: Adapter;
  /** How its agent gets at its conversation again after a crash. */
  readonly continuity: Continuity;
  /** The hub's time in ms. */
  readonly now: number;
  /** Unique to the machine's journal: makes the ids of messages that no vendor named. */
  readonly epoch: string;
}

/**
 * What an entry of a machine's journal adds to a session's log. Pure: the same entry in the same state gives the same
 * events, which is why a replay changes nothing.
 */
export function derive(entry: JournalEntry, ctx: DeriveContext): Derived {
  const { event } = entry;
  const just = (...events: SessionEventBody[]): Derived => ({ events, memory: ctx.memory });
  switch (event.kind) {
    case 'runnerStarted':
      return runnerStarted(event, ctx);
    case 'teamCall':
      // What it does is done by the dispatcher, in the team's own database.
      return just();
    case 'health':
      return health(event.health, ctx);
    case 'runner':
      return deriveLine(entry, event, ctx);
    case 'runnerExited':
      return runnerExited(event, ctx);
    case 'promptDoubtful':
      return isInFlight(ctx.state, event.promptId)
        ? just({ kind: 'promptDoubtful', promptId: event.promptId, reason: event.reason })
        : just();
    case 'commandFailed':
      return commandFailed(event, ctx);
    case 'blockAborted':
      return just(...abortedBlock(event.block, messageId(entry, ctx), entry.at));
    case 'badLine':
      return just({
        kind: 'notice',
        level: 'warning',
        code: 'bad-line',
        message: `The agent's runner wrote a line of ${event.bytes} bytes that could not be read (${event.reason}): ${event.head}`,
      });
    case 'paused':
      return just({ kind: 'paused', reason: event.reason });
    case 'resumed':
      return just({ kind: 'resumed' });
    case 'notice': {
      const { level, code, message } = event;
      return just({ kind: 'notice', level, code, message });
    }
    case 'unknown':
      return just({ kind: 'unknown', raw: event.raw });
  }
}

function runnerStarted(
  { process, sandbox, background, anchors }: Extract<MachineEvent, { kind: 'runnerStarted' }>,
  { memory }: DeriveContext,
): Derived {
  const events: SessionEventBody[] = [
    {
      kind: 'processStarted',
      ...process,
      sandbox,
      ...(background ? { background } : {}),
      ...(anchors ? { anchors } : {}),
    },
  ];
  return background ? { events, memory } : { events, memory, free: 'restarted' };
}

function health(judged: RunnerHealth, { state, memory, continuity }: DeriveContext): Derived {
  const events: SessionEventBody[] = [{ kind: 'health', health: judged }, ...noticesOf(judged, state, continuity)];
  return judged.state === 'degraded' ? { events, memory, free: 'recovered' } : { events, memory };
}

type RunnerEvent = Extract<MachineEvent, { kind: 'runner' }>;

function deriveLine(entry: JournalEntry, { line }: RunnerEvent, ctx: DeriveContext): Derived {
  const { state, memory, now } = ctx;
  const just = (...events: SessionEventBody[]): Derived => ({ events, memory });
  switch (line.type) {
    case 'agent_event':
      return adaptEvent(line, messageId(entry, ctx), entry.at, ctx);
    case 'agent_started':
      return just({ kind: 'turnStarted', turnId: line.turnId, promptId: line.promptId }, ...answerArrived(state, line));
    case 'prompt_accepted':
      return {
        ...just({ kind: 'promptDelivered', promptId: line.promptId }, ...answerArrived(state, line)),
        // The turn that it went into has ended meanwhile, and waited for nothing but this word.
        ...(line.steered && state.turn === null ? { free: 'turnEnded' as const } : {}),
      };
    case 'turn_ended': {
      const { turnId, outcome, message } = line;
      return { ...just({ kind: 'turnEnded', turnId, outcome, message, class: line.class }), free: 'turnEnded' };
    }
    case 'ask':
      return state.asks.some((a) => a.ask.id === line.ask.id) ? just() : just({ kind: 'askOpened', ask: line.ask });
    case 'ask_withdrawn':
      return just({ kind: 'askWithdrawn', askId: line.askId, reason: line.reason });
    case 'answer_accepted':
      return just({ kind: 'askDelivered', askId: line.askId });
    case 'rule_used':
      return { ...just(), ruleUsed: line.ruleId };
    case 'retrying': {
      const { delayMs, attempt, maxAttempts, message } = line;
      const until = now + delayMs;
      return just({ kind: 'retrying', until, attempt, maxAttempts, class: line.class, message });
    }
    case 'limited':
      return line.lifted
        ? { ...just({ kind: 'limitLifted' }), free: 'limitLifted' }
        : just({ kind: 'limited', until: line.resetsAt, limit: line.limit, message: line.message });
    case 'agent_info': {
      const { type: _type, sessionId: _sessionId, ...info } = line;
      return just({ kind: 'agentInfo', ...info });
    }
    case 'agent_stopped':
      // The runner's own end follows and says the same of the whole process.
      return just();
    case 'agent_error':
      return just(...agentError(entry, line.message, line.class, ctx));
    case 'error':
      return just({ kind: 'notice', level: 'warning', code: 'runner-protocol', message: line.message });
  }
}

/** The agent could not start or died. The turn is over; a prompt that waited for it never reached an agent. */
function agentError(
  entry: JournalEntry,
  message: string,
  errorClass: ErrorClass,
  ctx: DeriveContext,
): SessionEventBody[] {
  const { turn, inFlight } = ctx.state;
  const events: SessionEventBody[] = [
    {
      kind: 'message',
      message: {
        id: messageId(entry, ctx),
        type: 'error',
        timestamp: entry.at,
        content: { message, class: errorClass, retryable: false },
      },
    },
  ];
  if (turn) events.push({ kind: 'turnEnded', turnId: turn.id, outcome: 'failed', message, class: errorClass });
  else
    for (const prompt of inFlight)
      events.push({ kind: 'promptFailed', promptId: prompt.id, message, class: errorClass });
  return events;
}

function runnerExited(
  event: Extract<MachineEvent, { kind: 'runnerExited' }>,
  { state, memory }: DeriveContext,
): Derived {
  const events: SessionEventBody[] = [];
  if (state.turn) {
    const outcome = event.expected ? 'interrupted' : 'lost';
    events.push({ kind: 'turnEnded', turnId: state.turn.id, outcome, message: event.reason });
  }
  const redo: AskId[] = [];
  for (const { ask, status } of state.asks) {
    const untaken = status === 'answered' && !carriedByPrompt(state, ask.id);
    if (untaken) redo.push(ask.id);
    if (untaken || status === 'open') events.push({ kind: 'askLapsed', askId: ask.id });
  }
  const { code, signal, expected, reason, stderrTail } = event;
  events.push({ kind: 'processExited', code, signal, expected, reason, stderrTail });
  const lost = expected || !isRestarting(state) ? null : lossNotice(state);
  if (lost) events.push(lost);
  return { events, memory, redo };
}

function commandFailed(
  event: Extract<MachineEvent, { kind: 'commandFailed' }>,
  { state, memory }: DeriveContext,
): Derived {
  const { message, promptId, command } = event;
  if (promptId && isInFlight(state, promptId))
    return { events: [{ kind: 'promptFailed', promptId, message, class: event.class }], memory };
  if (command === 'open' && state.process === null)
    // A restart that failed ends as a process that ended: with its reason, and with Restart as the way out.
    return {
      events: [{ kind: 'processExited', code: null, signal: null, expected: false, reason: message }],
      memory,
    };
  return { events: [{ kind: 'notice', level: 'error', code: `${command}-failed`, message }], memory };
}

/** The agent has the prompt that carries an answer, so it has the answer. */
function answerArrived(
  state: SessionState,
  { promptId }: { readonly promptId?: Parameters<typeof askOfPrompt>[0] | undefined },
): SessionEventBody[] {
  const askId = promptId === undefined ? null : askOfPrompt(promptId);
  const waits = state.asks.some((a) => a.ask.id === askId && a.status === 'answered');
  return askId !== null && waits ? [{ kind: 'askDelivered', askId }] : [];
}

function carriedByPrompt(state: SessionState, askId: AskId): boolean {
  const id = answerPromptId(askId);
  return [...state.queue, ...state.inFlight, ...state.undelivered.map((u) => u.prompt)].some((p) => p.id === id);
}

function isInFlight(state: SessionState, promptId: string): boolean {
  return state.inFlight.some((p) => p.id === promptId);
}

function messageId(entry: JournalEntry, { epoch }: DeriveContext): string {
  return `${epoch.slice(0, 8)}-${entry.seq}`;
}
