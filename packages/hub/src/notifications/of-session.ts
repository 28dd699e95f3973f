import type { Ask, BodyOf, BudgetHold, ProjectId, SessionEvent, SessionId, SessionState } from '@agor/protocol';
import { isBusy, isRestarting, openAsks } from '@agor/session';
import type { SessionChange } from '../events/index.ts';
import { type Draft, short } from './draft.ts';

/** Turns under way whose wake is remembered; of more, the oldest are forgotten and told like any other. */
const MAX_WAKES = 500;
const PROMPT_CHARS = 80;
/** A window that is so full is told of; again once it was below `EMPTIED` in between, so that figures that waver are told once. */
const FULL = 0.9;
const EMPTIED = 0.85;

/** What sessions' events have to tell, and of which keys there is nothing to tell any more. */
export interface SessionNews {
  readonly drafts: readonly Draft[];
  readonly settled: readonly string[];
}

/**
 * Tells from what was committed of sessions whom the person should hear of. It remembers who has failed, whose context is full and which prompts
 * were wakes, for these are told once, whatever follows from them.
 */
export class SessionWatcher {
  readonly #failed = new Set<SessionId>();
  readonly #full = new Set<SessionId>();
  /** Prompts of agor's own wakes, then the turns that came of them: that they were woken was told. */
  readonly #wakes = new Set<string>();
  /** Those whose turn that runs has said something: `lastText` is of it. */
  readonly #spoke = new Set<SessionId>();

  constructor(private readonly nameOf: (state: Pick<SessionState, 'projectId' | 'cwd'>) => string) {}

  /** Sessions that stood so before anything was told: they have failed or are full, and the person was told then. */
  begin(states: readonly SessionState[]): void {
    for (const state of states) {
      if (hasFailed(state)) this.#failed.add(state.id);
      if (fullness(state) >= FULL) this.#full.add(state.id);
      if (state.turn) this.#spoke.add(state.id);
    }
  }

  take({ sessionId, events, state }: SessionChange): SessionNews {
    this.#rememberWakes(events);
    this.#rememberSpeech(sessionId, events);
    const about = { sessionId, projectId: state.projectId, name: this.nameOf(state) };
    const failure = this.#failure(about, state, events);
    const drafts = [
      ...asksOf(about, state, events),
      ...(failure ? [failure] : limitOf(about, state, events)),
      ...budgetsOf(about, state, events),
      ...this.#filled(about, state),
      ...this.#completed(about, state, events),
    ];
    return { drafts, settled: settledBy(sessionId, events) };
  }

  /** So many of those that failed, or filled, longest ago are remembered. */
  keep(most: number): void {
    for (const ids of [this.#failed, this.#full]) for (const id of ids) if (ids.size > most) ids.delete(id);
  }

  #filled(about: About, state: SessionState): Draft[] {
    const share = fullness(state);
    if (share < EMPTIED) this.#full.delete(state.id);
    if (share < FULL || this.#full.has(state.id)) return [];
    this.#full.add(state.id);
    const { contextTokens, contextWindow } = state.usage;
    const [used, all] = [contextTokens ?? 0, contextWindow ?? 0].map((tokens) => Math.round(tokens / 1_000));
    return [
      {
        ...base(about, `full:${state.seq}`),
        type: 'context_full',
        level: 'warning',
        title: `${about.name}: context ${Math.round(share * 100)} % full`,
        body: `${used} k of ${all} k tokens. Compact the conversation, or begin a new session.`,
      },
    ];
  }

  #failure(about: About, state: SessionState, events: readonly SessionEvent[]): Draft | null {
    // While its runner is started again it stands failed: whether that is news is known when it has come out.
    if (state.ended !== 'failed') this.#failed.delete(state.id);
    if (!hasFailed(state)) return null;
    // A second prompt that fails while the session stands failed is one that somebody sent: that is news again.
    const prompt = events.findLast((event) => event.kind === 'promptFailed' || event.kind === 'turnEnded');
    const isAnew =
      this.#failed.has(state.id) && events.some(({ kind }) => kind === 'promptSent' || kind === 'turnStarted');
    if (this.#failed.has(state.id) && !isAnew) return null;
    const event = prompt ?? events.findLast(({ kind }) => kind === 'processExited' || kind === 'health');
    if (!event) return null;
    this.#failed.add(state.id);
    const { message = 'The agent failed', class: kind = 'unknown' } = state.error ?? {};
    if (state.limit && (kind === 'rate_limit' || kind === 'quota')) return limitDraft(about, state.limit);
    const what = kind === 'auth' ? 'sign-in needed' : 'failed';
    return {
      ...base(about, `failed:${event.seq}`),
      type: 'agent_error',
      level: 'error',
      title: `${about.name}: ${what}`,
      body: message,
    };
  }

  #rememberWakes(events: readonly SessionEvent[]): void {
    for (const event of events)
      if (event.kind === 'promptQueued' && event.prompt.wake !== undefined) this.#remember(event.prompt.id);
      else if (event.kind === 'turnStarted' && event.promptId && this.#wakes.delete(event.promptId))
        this.#remember(event.turnId);
  }

  #rememberSpeech(sessionId: SessionId, events: readonly SessionEvent[]): void {
    for (const event of events)
      if (event.kind === 'turnStarted') this.#spoke.delete(sessionId);
      else if (event.kind === 'message' && event.message.type === 'text' && event.message.parentId === undefined)
        this.#spoke.add(sessionId);
  }

  /** The last turn is over and nothing more is to be done: of twenty prompts in a queue only the last is told. */
  #completed(about: About, state: SessionState, events: readonly SessionEvent[]): Draft[] {
    const end = events.findLast((event): event is SessionEvent & BodyOf<'turnEnded'> => event.kind === 'turnEnded');
    if (!end) return [];
    const isWake = this.#wakes.delete(end.turnId);
    const spoke = this.#spoke.delete(state.id);
    if (isWake || end.outcome !== 'done' || state.ended !== 'done' || !isAtRest(state)) return [];
    const said = spoke ? state.lastText.trim() : '';
    const asked = short(state.lastPrompt, PROMPT_CHARS);
    return [
      {
        ...base(about, `turn:${end.turnId}`),
        type: 'agent_complete',
        level: 'success',
        title: `${about.name}: finished`,
        body: said === '' ? asked : said,
      },
    ];
  }

  #remember(id: string): void {
    this.#wakes.add(id);
    if (this.#wakes.size <= MAX_WAKES) return;
    for (const oldest of this.#wakes) {
      this.#wakes.delete(oldest);
      return;
    }
  }
}

interface About {
  readonly sessionId: SessionId;
  readonly projectId: ProjectId | null;
  readonly name: string;
}

/** An ask that waits for an answer, when the hub begins: it was opened, and maybe nobody was told. */
export function openAskDrafts(state: SessionState, name: string): Draft[] {
  const about = { sessionId: state.id, projectId: state.projectId, name };
  return openAsks(state).map(({ ask }) => askDraft(about, ask));
}

/** Those that still wait once all that was committed together is known: a kept rule answers at once. */
function asksOf(about: About, state: SessionState, events: readonly SessionEvent[]): Draft[] {
  const open = new Set(openAsks(state).map(({ ask }) => ask.id));
  return events.flatMap((event) =>
    event.kind === 'askOpened' && open.has(event.ask.id) ? [askDraft(about, event.ask)] : [],
  );
}

/** An agent that asks can't go on without the person, as one that failed: so it is of the same type, but no error. */
function askDraft(about: About, ask: Ask): Draft {
  const what = { permission: 'asks for permission', question: 'has a question', plan: 'wants its plan approved' }[
    ask.kind
  ];
  return {
    ...base(about, ''),
    key: askKey(about.sessionId, ask.id),
    type: 'agent_error',
    level: 'warning',
    title: `${about.name}: ${what}`,
    body: ask.kind === 'question' ? (ask.questions[0]?.question ?? ask.title) : ask.title,
  };
}

function limitOf(about: About, { limit }: SessionState, events: readonly SessionEvent[]): Draft[] {
  return limit && events.some(({ kind }) => kind === 'limited') ? [limitDraft(about, limit)] : [];
}

function limitDraft(about: About, { limit, until, message }: NonNullable<SessionState['limit']>): Draft {
  return {
    ...base(about, `limit:${limit}:${until}`),
    type: 'agent_error',
    level: 'warning',
    title: `${about.name}: usage limit reached`,
    body: message ?? limit,
  };
}

function budgetsOf(about: About, { budgetHold }: SessionState, events: readonly SessionEvent[]): Draft[] {
  return events.flatMap((event): Draft[] => {
    if (event.kind !== 'notice' || (event.code !== 'budget-soft' && event.code !== 'budget-hard')) return [];
    const told = { ...base(about, `${event.code}:${event.seq}`), type: 'system', body: event.message } as const;
    if (event.code === 'budget-soft')
      return [{ ...told, level: 'warning', title: `${about.name}: soft budget reached` }];
    // Every session that counts to a budget is stopped by it; the budget is told once, until it is raised.
    const key = budgetHold ? `budget-hard:${standingKey(budgetHold)}` : told.key;
    return [{ ...told, key, level: 'error', title: `${about.name}: stopped by its budget` }];
  });
}

function standingKey({ scope, id, period, limit, addedUsd, addedTokens }: BudgetHold): string {
  return [scope, id, period, limit.hardUsd, limit.hardTokens, addedUsd, addedTokens].join(':');
}

function settledBy(sessionId: SessionId, events: readonly SessionEvent[]): string[] {
  return events.flatMap((event) =>
    event.kind === 'askAnswered' || event.kind === 'askWithdrawn' ? [askKey(sessionId, event.askId)] : [],
  );
}

/** Of the model's window, 0 to 1, whether its agent lives or not; 0 where nothing is known. */
function fullness({ usage: { contextTokens, contextWindow } }: SessionState): number {
  return contextTokens === null || !contextWindow ? 0 : Math.min(1, contextTokens / contextWindow);
}

function hasFailed(state: SessionState): boolean {
  return state.ended === 'failed' && !isBusy(state) && !isRestarting(state);
}

/** Nothing runs, waits or will come back by itself. */
function isAtRest(state: SessionState): boolean {
  const background = state.subagents.some((one) => one.background && one.state === 'running');
  return !isBusy(state) && state.queue.length === 0 && openAsks(state).length === 0 && !background;
}

function askKey(sessionId: SessionId, id: string): string {
  return `${sessionId}:ask:${id}`;
}

function base({ sessionId, projectId }: About, key: string): Pick<Draft, 'key' | 'sessionId' | 'projectId'> {
  return { key: `${sessionId}:${key}`, sessionId, projectId };
}
