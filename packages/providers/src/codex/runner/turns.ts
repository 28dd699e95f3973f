import type { ErrorClass, PromptId, TurnOutcome } from '@agor/protocol';
import { classify } from '../../errors.ts';
import type { AgentContext } from '../../runner/index.ts';
import type { UserInput } from '../generated/v2/UserInput.ts';

/** Prompts that wait inside of us; the house hands out one at a time, so that more are a bug. */
const MAX_WAITING = 100;

export type TurnEnd = { readonly outcome: TurnOutcome; readonly message?: string; readonly class?: ErrorClass };

/** What a prompt starts: a turn with that input, or a compaction. */
export type Work = { readonly kind: 'input'; readonly input: UserInput[] } | { readonly kind: 'compact' };

export interface TurnHooks {
  /** Hands the work to Codex; resolves once it has it, with the turn's id where that is known by then. */
  start(work: Work): Promise<string | null>;
  interrupt(turnId: string): void;
}

interface Current {
  /** Null: Codex began it by itself. */
  readonly promptId: PromptId | null;
  /** Null until Codex has told it. */
  turnId: string | null;
}

/** Which turn of Codex's runs, and for which prompt. One prompt at a time is in Codex's hands: a second would be slipped into the first's turn. */
export class Turns {
  readonly #waiting: { readonly promptId: PromptId; readonly work: Work }[] = [];
  #current: Current | null = null;
  #interruptAtStart = false;

  constructor(
    private readonly ctx: AgentContext,
    private readonly hooks: TurnHooks,
  ) {}

  /** Codex's id of the turn that runs. */
  get turnId(): string | null {
    return this.#current?.turnId ?? null;
  }

  async prompt(promptId: PromptId, work: Work): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) throw new Error(`more than ${MAX_WAITING} prompts wait for Codex`);
    this.#waiting.push({ promptId, work });
    await this.#next();
  }

  /** A prompt that the agent can't be given: its turn fails. */
  refuse(promptId: PromptId, message: string): void {
    this.ctx.accepted(promptId);
    // While a turn of another prompt runs, the refusal can only be logged: one turn at a time.
    if (this.ctx.turn) {
      this.ctx.log(message);
      return;
    }
    this.ctx.startTurn(promptId);
    this.ctx.endTurn({ outcome: 'failed', message, class: 'unknown' });
  }

  /** Whether there is a turn to interrupt now, by its id. One that is just beginning is interrupted as soon as it has one. */
  interruptNow(): string | null {
    const current = this.#current;
    if (current && current.turnId === null) this.#interruptAtStart = true;
    return current?.turnId ?? null;
  }

  /** Codex told that the turn runs: for the prompt in its hands, or by itself. Again for the same turn does nothing. */
  started(turnId: string): void {
    const current = this.#current;
    if (current?.turnId === turnId) return;
    if (current && current.turnId === null) {
      current.turnId = turnId;
      this.#begin(current);
    } else if (!current) {
      this.#current = { promptId: null, turnId };
      this.ctx.startTurn();
    }
  }

  /** The same turn of ours goes on with another one of Codex's. Resolves whether Codex took it. */
  async goOn(work: Work): Promise<boolean> {
    const current = this.#current;
    if (!current) return false;
    current.turnId = null;
    try {
      const turnId = await this.hooks.start(work);
      if (turnId !== null) this.started(turnId);
      return true;
    } catch (error) {
      await this.ended({ outcome: 'failed', ...inWords(error) });
      return false;
    }
  }

  async ended(end: TurnEnd): Promise<void> {
    this.ctx.endTurn(end);
    this.#current = null;
    this.#interruptAtStart = false;
    await this.#next();
  }

  stop(): void {
    this.#waiting.length = 0;
  }

  async #next(): Promise<void> {
    if (this.#current || this.ctx.turn) return;
    const next = this.#waiting.shift();
    if (!next) return;
    const current: Current = { promptId: next.promptId, turnId: null };
    this.#current = current;
    try {
      const turnId = await this.hooks.start(next.work);
      if (turnId !== null) this.started(turnId);
    } catch (error) {
      if (this.#current !== current) return;
      this.#begin(current);
      await this.ended({ outcome: 'failed', ...inWords(error) });
    }
  }

  #begin(current: Current): void {
    if (!this.ctx.turn) {
      if (current.promptId !== null) this.ctx.accepted(current.promptId);
      this.ctx.startTurn(current.promptId ?? undefined);
    }
    if (!this.#interruptAtStart || current.turnId === null) return;
    this.#interruptAtStart = false;
    this.hooks.interrupt(current.turnId);
  }
}

function inWords(error: unknown): { readonly message: string; readonly class: ErrorClass } {
  const message = error instanceof Error ? error.message : String(error);
  return { message, class: classify(message).class };
}
