import {
  ANCHOR_BUDGETS,
  type Anchor,
  type AnchorKind,
  type CommandId,
  MAX_ANCHORS,
  type ProjectAnchors,
  type ProjectId,
  type SessionId,
  type SessionState,
} from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { AgentContext, AnchorBlocks } from '../agent-context/index.ts';
import type { HubDatabase } from '../database/index.ts';
import type { HubBus, SessionChange } from '../events/index.ts';
import { notFound, rejected } from '../failure.ts';
import { anchorBlock, blockWithout, escapedChars, type Origin, roomBeside } from './block.ts';
import { firstTurns, SaidFinder } from './read-log.ts';
import { serialise, serialiseWithin } from './serialise.ts';
import { AnchorStore } from './store.ts';
import { estimateTokens } from './tokens.ts';

/** Turns that are kept by themselves at a project's first compaction. */
const AUTO_TURNS = 3;
const NOTHING: AnchorBlocks = { all: null, missing: null };

export interface AnchorsOptions {
  readonly ctx: Pick<AgentContext, 'log' | 'done' | 'run'>;
  readonly db: HubDatabase;
  readonly bus: HubBus;
  readonly clock: Clock;
}

export interface PinInput {
  readonly commandId: CommandId;
  readonly sessionId: SessionId;
  /** The event that said it: the agent's text, or any that names the prompt. */
  readonly seq: number;
}

export interface AnchorCommand {
  readonly commandId: CommandId;
  readonly anchorId: string;
}

/**
 * Excerpts of a project's conversations that survive the compaction of their context (spec §4.6). The first compaction in a project keeps
 * the first turns of that conversation, once; the person pins what else counts, and promotes what is to go with every run.
 */
export class Anchors implements Disposable {
  readonly #store: AnchorStore;
  readonly #said: SaidFinder;
  readonly #subscription: Disposable;

  constructor(private readonly options: AnchorsOptions) {
    const { db, bus, ctx } = options;
    this.#store = new AnchorStore(db);
    this.#said = new SaidFinder(db, ctx.log);
    this.#subscription = bus.on('sessions', (changes) => this.#take(changes));
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }

  /** A project's anchors and which of them go with each run. */
  list(projectId: ProjectId): ProjectAnchors {
    const anchors = this.#store.ofProject(projectId);
    const scale = this.#scale(projectId);
    const budgetTokens = ANCHOR_BUDGETS[scale];
    // Told to the conversation that they come from, as most are.
    const block = anchorBlock(anchors, budgetTokens, () => ({ own: true, title: '' }));
    return { anchors, injected: [...(block?.ids ?? [])], usedTokens: block?.tokens ?? 0, budgetTokens, scale };
  }

  /**
   * Keeps what was said as a pin; what is an anchor already stays what it is. Throws NOT_FOUND for an unknown session, REJECTED for what can't
   * be pinned, in a session without a project, and when the project has too many.
   */
  pin({ commandId, sessionId, seq }: PinInput): Anchor {
    const { ctx, clock } = this.options;
    return ctx.log.transaction(() =>
      ctx.done.once('anchors.pin', { commandId, sessionId, seq }, () => {
        const { projectId } = ctx.log.requireState(sessionId);
        if (projectId === null)
          throw rejected(
            'This session belongs to no project, and anchors are kept by project. Add its folder as a project first.',
          );
        const said = this.#said.at(sessionId, seq);
        if (!said) throw rejected('Only a prompt and what the agent said can be pinned.');
        const known = this.#store.ofMessage(sessionId, said.messageId);
        if (known) return known;
        if (this.#store.ofProject(projectId).length >= MAX_ANCHORS)
          throw rejected(`This project has ${MAX_ANCHORS} anchors already. Remove some in its Context tab.`);
        const { text } = said.part;
        const anchor: Anchor = {
          id: commandId,
          projectId,
          sessionId,
          kind: 'pinned',
          turn: said.turn,
          seq: said.seq,
          messageId: said.messageId,
          text,
          tokens: estimateTokens(text),
          createdAt: clock.now(),
        };
        this.#store.add(anchor);
        this.#changed(projectId);
        return anchor;
      }),
    );
  }

  /** From now on it goes with each run, before those that were made by themselves. Throws NOT_FOUND. */
  promote(command: AnchorCommand): void {
    this.#setKind('anchors.promote', command, 'promoted');
  }

  /** Stays a pin, and goes with no run any more. Throws NOT_FOUND. */
  demote(command: AnchorCommand): void {
    this.#setKind('anchors.demote', command, 'pinned');
  }

  /** Throws NOT_FOUND. */
  remove({ commandId, anchorId }: AnchorCommand): void {
    const { ctx } = this.options;
    ctx.log.transaction(() =>
      ctx.done.once('anchors.remove', { commandId, anchorId }, () => {
        const { projectId } = this.#require(anchorId);
        this.#store.remove(anchorId);
        this.#changed(projectId);
        return null;
      }),
    );
  }

  /** What a run of this session is given. Only within a transaction of the log: a compaction that nobody has seen yet makes its anchors here. */
  forRun(state: SessionState): AnchorBlocks {
    const { projectId } = state;
    if (projectId === null) return NOTHING;
    this.#keepFirstTurns(state);
    const anchors = this.#store.ofProject(projectId);
    if (anchors.length === 0) return NOTHING;
    const originOf = this.#originFor(state);
    const all = anchorBlock(anchors, ANCHOR_BUDGETS[this.#scale(projectId)], originOf);
    return { all, missing: blockWithout(anchors, all, (one) => has(state, one), originOf) };
  }

  #take(changes: readonly SessionChange[]): void {
    const { log } = this.options.ctx;
    for (const { state, events } of changes) {
      const compacted = events.some((event) => event.kind === 'message' && event.message.type === 'compaction');
      if (compacted) log.transaction(() => this.#keepFirstTurns(state));
    }
  }

  /** Once for a project: what the person removed or demoted afterwards does not come again. */
  #keepFirstTurns({ id, projectId, compactions }: SessionState): void {
    const { ctx, clock } = this.options;
    if (projectId === null || compactions.lastSeq === null || this.#store.isAnchored(projectId)) return;
    this.#store.setAnchored(projectId, id, clock.now());
    const budget = ANCHOR_BUDGETS[this.#scale(projectId)];
    const used: number[] = [];
    for (const { index, seq, parts } of firstTurns(ctx.log, id, compactions.lastSeq, AUTO_TURNS)) {
      const room = roomBeside(used, budget);
      // Only the first is shortened when it alone is too much: without it nothing would be kept.
      const text = used.length === 0 ? serialiseWithin(parts, room) : serialise(parts);
      if (text === null || escapedChars(text) > room) break;
      used.push(escapedChars(text));
      this.#store.add({
        id: `auto-${id}-${index}`,
        projectId,
        sessionId: id,
        kind: 'auto',
        turn: index,
        seq,
        messageId: null,
        text,
        tokens: estimateTokens(text),
        createdAt: clock.now(),
      });
    }
    if (used.length === 0) return;
    const turns = used.length === 1 ? 'first turn' : `first ${used.length} turns`;
    const message = `The ${turns} of this conversation go with every run of this project from now on, as anchors. See its Context tab.`;
    ctx.log.append(id, [{ kind: 'notice', level: 'info', code: 'anchors-kept', message }]);
    this.#changed(projectId);
  }

  #setKind(operation: string, { commandId, anchorId }: AnchorCommand, kind: AnchorKind): void {
    const { ctx } = this.options;
    ctx.log.transaction(() =>
      ctx.done.once(operation, { commandId, anchorId }, () => {
        const anchor = this.#require(anchorId);
        if (anchor.kind === kind) return null;
        this.#store.setKind(anchorId, kind);
        this.#changed(anchor.projectId);
        return null;
      }),
    );
  }

  #require(id: string): Anchor {
    const anchor = this.#store.find(id);
    if (!anchor) throw notFound('This anchor was removed already.');
    return anchor;
  }

  #scale(projectId: ProjectId) {
    return this.options.ctx.run.project(projectId)?.anchorBudgetScale ?? 'medium';
  }

  #originFor({ id }: SessionState): (anchor: Anchor) => Origin {
    const { log } = this.options.ctx;
    return ({ sessionId }) => ({ own: sessionId === id, title: log.state(sessionId)?.title ?? '' });
  }

  /** Told once the running transaction is committed. */
  #changed(projectId: ProjectId): void {
    const { ctx, bus } = this.options;
    ctx.log.afterCommit(() => bus.emit('anchors', [projectId]));
  }
}

/** The session's agent was given this anchor and still has it, or what it was made of still stands in its conversation. */
function has({ id, anchors, compactions }: SessionState, anchor: Anchor): boolean {
  const isStillSaid = anchor.sessionId === id && anchor.seq > (compactions.lastSeq ?? 0);
  return isStillSaid || anchors.system.includes(anchor.id) || anchors.told.includes(anchor.id);
}
