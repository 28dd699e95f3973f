import type { ErrorClass, PromptId, TurnOutcome } from '@agor/protocol';
import { classify } from '../../errors.ts';
import type { AgentContext } from '../../runner/index.ts';
import { AgentError } from './connection.ts';
import type { Journal, Spent, Told } from './journal.ts';
import { fields } from './tool-call.ts';
import { PromptEnd, type Update } from './wire.ts';

const AUTH_REQUIRED = -32_000;

interface Waiting {
  readonly promptId: PromptId;
  readonly content: readonly object[];
  readonly compact: boolean;
}

export interface TurnsPlace {
  readonly request: (method: string, params: object) => Promise<unknown>;
  readonly cancel: () => Promise<void>;
  /** What agents run as commands, of which some outlive a cancelled turn. Null once the agent is gone. */
  readonly commands: () => { mark(): void; end(): Promise<void> } | null;
  /** The agent is gone: its end, which tells why, ends the turn too. */
  readonly gone: () => boolean;
  readonly emit: (told: readonly Told[]) => Promise<void>;
}

interface End {
  readonly outcome: TurnOutcome;
  readonly message?: string;
  readonly class?: ErrorClass;
}

/** Which turn runs, and for which prompt: one at a time, for that is all the protocol has. */
export class Turns {
  version: 1 | 2 = 1;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #abort = new AbortController();
  #interrupting = false;
  /** Version 2: the end comes as an update. */
  #idle: ((end: PromptEnd) => void) | null = null;
  #stopped = false;
  /** When a turn began that no prompt of ours did. */
  #unasked = 0;

  constructor(
    private readonly ctx: AgentContext,
    private readonly label: string,
    private readonly journal: Journal,
    private readonly place: TurnsPlace,
  ) {}

  /** Aborts when the turn that runs is interrupted. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  prompt(promptId: PromptId, content: readonly object[], compact: boolean): void {
    this.#waiting.push({ promptId, content, compact });
    this.#next();
  }

  /** A prompt that the agent can't be given: its turn fails. */
  refuse(promptId: PromptId, message: string): void {
    this.ctx.accepted(promptId);
    if (!this.ctx.turn) this.ctx.startTurn(promptId);
    this.ctx.endTurn({ outcome: 'failed', message, class: 'unknown' });
  }

  /** Ends the turn that runs and waits for its end. */
  async interrupt(): Promise<void> {
    if (!this.ctx.turn) return;
    this.#interrupting = true;
    // First, for the agent waits for the answers to what it asked.
    this.#abort.abort('interrupted');
    await this.place.cancel();
    await this.#running;
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.length = 0;
  }

  /** Version 2 tells by updates when it works. */
  update(update: Update): void {
    if (update.sessionUpdate !== 'state_update') return;
    if (update.state === 'idle') {
      const end = PromptEnd.safeParse(update);
      if (this.#idle) this.#idle(end.success ? end.data : {});
      else if (this.ctx.turn)
        void this.#ended(end.success ? end.data : {}, Math.round(performance.now() - this.#unasked));
    } else if (!this.ctx.turn && !this.#running) {
      this.#unasked = performance.now();
      this.ctx.startTurn();
    }
  }

  #next(): void {
    if (this.#running || this.ctx.turn || this.#stopped) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#abort = new AbortController();
    this.#interrupting = false;
    this.#running = this.#run(next)
      .catch((error: unknown) => this.ctx.fail(error))
      .finally(() => {
        this.#running = null;
        this.#next();
      });
  }

  async #run({ promptId, content, compact }: Waiting): Promise<void> {
    const startedAt = performance.now();
    const took = () => Math.round(performance.now() - startedAt);
    this.journal.manualCompaction = compact;
    // What was still being said belongs to before.
    await this.place.emit(this.journal.flush(false));
    this.place.commands()?.mark();
    const answer = this.#ask(content);
    this.ctx.accepted(promptId);
    this.ctx.startTurn(promptId);
    try {
      await this.#ended(await answer, took());
    } catch (error) {
      if (this.#stopped || this.place.gone()) return;
      await this.#failed(error, took());
    }
  }

  /** The protocol keeps this name in `_meta` for W3C trace contexts. */
  #params(content: readonly object[]): object {
    const { traceparent } = this.ctx;
    return { prompt: content, ...(traceparent === undefined ? {} : { _meta: { traceparent } }) };
  }

  async #ask(content: readonly object[]): Promise<PromptEnd> {
    if (this.version === 1) {
      const end = PromptEnd.safeParse(await this.place.request('session/prompt', this.#params(content)));
      return end.success ? end.data : {};
    }
    const { promise, resolve } = Promise.withResolvers<PromptEnd>();
    this.#idle = resolve;
    try {
      await this.place.request('session/prompt', this.#params(content));
      return await promise;
    } finally {
      this.#idle = null;
    }
  }

  async #ended(end: PromptEnd, durationMs: number): Promise<void> {
    const stopReason = end.stopReason ?? null;
    const interrupted = stopReason === 'cancelled' && this.#interrupting;
    if (interrupted) await this.place.commands()?.end();
    await this.place.emit(this.journal.flush(stopReason === 'cancelled'));
    await this.ctx.event({ type: 'turn', stopReason, durationMs, usage: usageOf(end) ?? this.journal.takeSpent() });
    this.ctx.endTurn(outcomeOf(stopReason, interrupted, this.label));
  }

  async #failed(error: unknown, durationMs: number): Promise<void> {
    await this.place.emit(this.journal.flush(true));
    if (this.#interrupting) {
      await this.place.commands()?.end();
      await this.ctx.event({ type: 'turn', stopReason: 'cancelled', durationMs, usage: null });
      return this.ctx.endTurn({ outcome: 'interrupted' });
    }
    const message = error instanceof Error ? error.message : String(error);
    const status = error instanceof AgentError ? (error.code === AUTH_REQUIRED ? 401 : error.status) : null;
    await this.ctx.event({
      type: 'turn',
      stopReason: null,
      durationMs,
      usage: this.journal.takeSpent(),
      error: { message, status },
    });
    this.ctx.endTurn({ outcome: 'failed', message, class: classify(message, status).class });
  }
}

function outcomeOf(stopReason: string | null, interrupted: boolean, label: string): End {
  if (interrupted) return { outcome: 'interrupted' };
  // Codex ends the turn when a call is not allowed; the person did not interrupt, but nothing failed either.
  if (stopReason === 'refusal')
    return { outcome: 'failed', message: `${label} refuses to go on with this conversation.`, class: 'unknown' };
  return { outcome: stopReason === 'cancelled' ? 'interrupted' : 'done' };
}

/** What a turn took, where the agent tells it with its end. */
export function usageOf({ usage, _meta }: PromptEnd): Spent | null {
  const of = (count: unknown) => (typeof count === 'number' && count >= 0 ? count : 0);
  if (usage)
    return {
      inputTokens: of(usage.inputTokens),
      outputTokens: of(usage.outputTokens),
      cacheReadTokens: of(usage.cachedReadTokens),
      cacheCreationTokens: of(usage.cachedWriteTokens),
    };
  // Before the protocol had a word for it.
  const { input_tokens: input, output_tokens: output } = fields(fields(fields(_meta).quota).token_count);
  if (input === undefined && output === undefined) return null;
  return { inputTokens: of(input), outputTokens: of(output), cacheReadTokens: 0, cacheCreationTokens: 0 };
}
