import type { PromptId } from '@agor/protocol';
import type { ChatImage, ChatMessage } from '../server/index.ts';
import { type Answer, AnswerReader } from './answer.ts';
import { readSummary, summaryRequest, withRequest } from './compaction.ts';
import { Interrupted, TurnFailed } from './interrupted.ts';
import { mend, waitBeforeRetry } from './recover.ts';
import type { Session } from './session.ts';
import { REPEATS_STOPPED, ToolCalls } from './tool-calls.ts';
import { charsOf } from './window.ts';

/** Model calls for one prompt, where the options name no limit. */
const MAX_STEPS = 200;
/** Messages that may wait for the next step; more of them come as prompts of their own. */
const MAX_STEERED = 50;
/** An answer that was cut at this part of the window was cut for lack of room. */
const NO_ROOM = 0.9;

export interface Message {
  readonly text: string;
  readonly images: readonly ChatImage[];
}

/** One prompt's way: model calls and tool calls in turn, until the model has nothing more to call. */
export class Turn {
  readonly tokens = { input: 0, output: 0, cached: 0 };
  /** Of `tokens`, what no `usage` has told yet. */
  #untold = { inputTokens: 0, outputTokens: 0, cachedTokens: 0 };
  steps = 0;
  readonly #aborter = new AbortController();
  readonly #steered: Message[] = [];
  readonly #calls: ToolCalls;
  /** Of the prompt that began it. */
  readonly #traceparent: string | undefined;
  #request = '';
  #over = false;
  readonly #ended = Promise.withResolvers<void>();

  constructor(
    private readonly session: Session,
    readonly promptId: PromptId,
  ) {
    this.#calls = new ToolCalls(session, this.signal);
    this.#traceparent = session.ctx.traceparent;
  }

  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  /** Resolves when everything about it was told. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  end(): void {
    this.#over = true;
    this.#ended.resolve();
  }

  interrupt(): void {
    this.#aborter.abort('interrupted');
  }

  /** Into the next step. False when there will be none. */
  steer(message: Message): boolean {
    if (this.#over || this.signal.aborted || this.#steered.length >= MAX_STEERED) return false;
    this.#steered.push(message);
    return true;
  }

  /** Rejects with `Interrupted`, or with what made it fail. */
  async run(prompt: Message): Promise<void> {
    const { conversation } = this.session;
    try {
      this.#take(prompt);
      while (await this.#step());
    } catch (error) {
      if (this.signal.aborted) throw new Interrupted();
      throw error;
    } finally {
      this.#over = true;
      // Of a turn that ended early: the next one knows what the person said.
      this.#takeSteered();
      conversation.settle();
    }
  }

  /** `/compact`, with what the person wants to be kept. A message can't be steered into it. */
  async compactNow(wish: string): Promise<void> {
    this.#over = true;
    try {
      if (this.session.conversation.isEmpty)
        return await this.session.emitter.status('compact', 'There is nothing to compact yet.');
      await this.#compact('manual', wish);
    } catch (error) {
      if (this.signal.aborted) throw new Interrupted();
      throw error;
    }
  }

  /** Whether another one follows. */
  async #step(): Promise<boolean> {
    const { conversation, emitter, window, options } = this.session;
    const limit = options.maxTurns ?? MAX_STEPS;
    if (this.steps >= limit) throw new TurnFailed(`The limit of ${limit} model calls for one prompt was reached.`);
    this.#takeSteered();
    // The person may have changed the model meanwhile.
    await this.session.learnModel(this.signal);
    await this.#makeRoom();
    this.steps++;
    const answer = await this.#answer();
    conversation.assistant({
      text: answer.text,
      calls: answer.calls,
      ...(answer.thinking && answer.calls.length > 0 ? { thinking: answer.thinking } : {}),
    });
    const { model } = this.session;
    const spent = { model: model.name, ...this.#untold, free: model.isFree };
    this.#untold = { inputTokens: 0, outputTokens: 0, cachedTokens: 0 };
    await emitter.emit({
      type: 'usage',
      contextTokens: window.used,
      ...(window.size ? { contextWindow: window.size } : {}),
      spent,
    });
    if (answer.calls.length > 0) return await this.#act(answer);
    if (await this.#cutShort(answer)) return true;
    return this.#steered.length > 0;
  }

  async #act({ calls }: Answer): Promise<boolean> {
    await this.#calls.run(calls);
    if (this.#calls.repeats >= REPEATS_STOPPED)
      throw new TurnFailed(
        `The model made the very same call ${this.#calls.repeats} times in a row, so the turn was stopped. Tell it what to do differently, or take a larger model.`,
      );
    return true;
  }

  /** Whether the answer ended for lack of room, which there is now. */
  async #cutShort({ text, end }: Answer): Promise<boolean> {
    const { emitter, window } = this.session;
    if (end.reason === 'length') {
      if (
        window.size !== null &&
        window.used >= window.size * NO_ROOM &&
        this.session.conversation.messages.length > 2
      ) {
        await this.#compact('auto');
        return true;
      }
      await emitter.status('length', 'The answer was cut at the limit of the model or its server.');
    } else if (text === '') {
      await emitter.status('empty', 'The model gave an empty answer.');
    }
    return false;
  }

  async #answer(): Promise<Answer> {
    const { server, model, ctx, emitter, conversation, window } = this.session;
    for (let attempt = 1; ; attempt++) {
      this.signal.throwIfAborted();
      const messages = await this.#messages();
      const tools = this.session.toolSpecs();
      const reader = new AnswerReader(ctx, emitter);
      try {
        const request = {
          model: model.name,
          messages,
          tools,
          think: model.think,
          numCtx: window.size,
          signal: this.signal,
          traceparent: this.#traceparent,
        };
        const answer = await reader.read(server.chat(request));
        this.#count(charsOf(messages, tools), answer.end);
        return answer;
      } catch (error) {
        // What was said stays said.
        conversation.assistant({ text: reader.text, calls: [] });
        if (this.signal.aborted || reader.saidSomething) throw error;
        if (await mend(this.session, error, () => this.#compact('auto'))) continue;
        await waitBeforeRetry(this.session, error, attempt, this.signal);
      }
    }
  }

  async #makeRoom(): Promise<void> {
    const { conversation, window } = this.session;
    const full = async () => window.isFull(charsOf(await this.#messages(), this.session.toolSpecs()));
    if (!(await full())) return;
    if (conversation.messages.length > 1) await this.#compact('auto');
    if (await full())
      throw new TurnFailed(
        `The prompt does not fit into the model's window of ${window.size} tokens. Shorten it, or raise numCtx in the settings of Ollama.`,
      );
  }

  async #compact(trigger: 'manual' | 'auto', wish = ''): Promise<void> {
    const { conversation, emitter, model, server, window } = this.session;
    const tools = this.session.toolSpecs();
    const preTokens = window.estimate(charsOf(await this.#messages(), tools));
    await emitter.status('compacting', 'The conversation is being summarised to make room.');
    const charsFor = (part: number) => window.charsFor(part);
    const messages = summaryRequest(conversation.messages, charsFor, wish);
    const think =
      model.think === undefined || typeof model.think === 'boolean' ? model.think && false : ('low' as const);
    const { signal } = this;
    const traceparent = this.#traceparent;
    const request = { model: model.name, messages, tools: [], think, numCtx: window.size, signal, traceparent };
    const { text, end } = await readSummary(server.chat(request));
    if (end) this.#spend(end);
    const summary = withRequest(text, trigger === 'auto' ? this.#request : null, charsFor);
    conversation.compactTo(summary);
    window.assume(charsOf(await this.#messages(), tools));
    await emitter.emit({ type: 'compaction', trigger, preTokens, postTokens: window.used, summary });
  }

  async #messages(): Promise<ChatMessage[]> {
    return [{ role: 'system', text: await this.session.system() }, ...this.session.conversation.messages];
  }

  #take({ text, images }: Message): void {
    this.#request = this.#request ? `${this.#request}\n\n${text}` : text;
    this.session.conversation.user(text, images);
  }

  #takeSteered(): void {
    for (const message of this.#steered.splice(0)) this.#take(message);
  }

  #count(chars: number, end: Answer['end']): void {
    this.#spend(end);
    this.session.window.learn({ chars, ...end });
  }

  #spend({ inputTokens = 0, outputTokens = 0, cachedTokens = 0 }: Answer['end']): void {
    this.tokens.input += inputTokens;
    this.tokens.output += outputTokens;
    this.tokens.cached += cachedTokens;
    this.#untold.inputTokens += inputTokens;
    this.#untold.outputTokens += outputTokens;
    this.#untold.cachedTokens += cachedTokens;
  }
}
