import { BlockId, type ImageInput, type PromptId, type RunOptions } from '@agor/protocol';
import { classify } from '../errors.ts';
import { type Agent, type AgentContext, type AgentSettings, AskWithdrawn } from '../runner/index.ts';
import { type Driver, startDriver } from './driver.ts';
import { AiderEvent, type DriverLine } from './events.ts';

/** Starts Aider and waits until it can take a prompt. Rejects with words for the person when it can't. */
export async function startAider(ctx: AgentContext, options: RunOptions): Promise<Agent> {
  const agent = new AiderAgent(ctx, options, startDriver(options));
  await agent.ready;
  return agent;
}

class AiderAgent implements Agent {
  readonly ready: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #run = crypto.randomUUID().slice(0, 8);
  readonly #finished: Promise<void>;
  readonly #waiting: { promptId: PromptId; text: string }[] = [];
  #bypass: boolean;
  #events = 0;
  #block: BlockId | null = null;
  #started = 0;
  #said = false;
  #error: string | null = null;
  #stopAsk = new AbortController();
  /** Aider itself may swallow an interrupt and end its answer as if it were whole. */
  #interrupting = false;
  #closing = false;

  constructor(
    private readonly ctx: AgentContext,
    private readonly options: RunOptions,
    private readonly driver: Driver,
  ) {
    this.ready = this.#ready.promise;
    this.#bypass = options.permissionMode === 'bypassPermissions';
    this.#finished = this.#consume();
  }

  prompt(promptId: PromptId, text: string, images: readonly ImageInput[]): void {
    this.ctx.accepted(promptId);
    this.#waiting.push({ promptId, text });
    if (images.length > 0) this.ctx.log('Aider is not handed images');
    this.#next();
  }

  interrupt(): void {
    if (!this.ctx.turn) return;
    this.#interrupting = true;
    this.#stopAsk.abort();
    this.driver.interrupt();
  }

  set({ model, permissionMode }: AgentSettings): void {
    if (permissionMode !== undefined) this.#bypass = permissionMode === 'bypassPermissions';
    if (model !== undefined) this.driver.send({ type: 'model', model });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#waiting.length = 0;
    this.interrupt();
    await this.driver.close();
    await this.#finished;
  }

  #next(): void {
    if (this.ctx.turn) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#started = performance.now();
    this.#said = false;
    this.#error = null;
    this.#interrupting = false;
    this.#stopAsk = new AbortController();
    this.ctx.startTurn(next.promptId);
    this.driver.send({ type: 'prompt', text: next.text });
  }

  async #consume(): Promise<void> {
    let failure: unknown = new Error('Aider ended; the log of the machine has its last words.');
    try {
      for await (const line of this.driver.lines) await this.#line(line);
    } catch (error) {
      failure = error;
    }
    this.#ready.reject(failure);
    this.ready.catch(() => {}); // nobody waits for it any more when it was ready before
    if (!this.#closing) this.ctx.fail(failure);
  }

  async #line(line: DriverLine): Promise<void> {
    switch (line.type) {
      case 'ready':
        this.ctx.info({ version: line.version, model: line.model, permissionMode: this.options.permissionMode });
        return this.#ready.resolve();
      case 'failed':
        throw new Error(line.message);
      case 'delta':
        this.#block ??= BlockId.parse(`${this.#run}-block-${this.#events}`);
        return await this.ctx.delta({ blockId: this.#block, kind: 'text', text: line.text });
      case 'ask':
        // Not awaited: the driver waits for the answer, and its end must be seen meanwhile.
        void this.#ask(line).catch((error: unknown) => this.ctx.fail(error));
        return;
      default:
        await this.#event(line);
    }
  }

  async #ask({ ask, question, subject, explicit }: Extract<DriverLine, { type: 'ask' }>): Promise<void> {
    const answer = (yes: boolean) => this.driver.send({ type: 'answer', ask, yes });
    if (this.#bypass) return answer(true);
    const input = { question, ...(subject === null ? {} : { subject }) };
    const title = subject === null ? question : `${question} ${subject.split('\n', 1)[0]}`;
    const toolName = explicit ? 'Shell' : 'Confirm';
    try {
      const given = await this.ctx.ask(
        { kind: 'permission', toolName, title, input, alwaysLabel: 'Always allow exactly this', alwaysScope: 'input' },
        this.#stopAsk.signal,
      );
      answer(given.kind === 'permission' && given.decision !== 'deny');
    } catch (error) {
      // The interrupt that took it back ends the driver's wait, too.
      if (!(error instanceof AskWithdrawn)) throw error;
    }
  }

  async #event(line: { readonly type: string }): Promise<void> {
    const id = `${this.#run}-${this.#events++}`;
    const durationMs = Math.round(performance.now() - this.#started);
    const raw = { ...line, id, ...(line.type === 'ended' ? { durationMs } : {}) };
    const event = AiderEvent.safeParse(raw).data;
    const block = event?.type === 'said' ? this.#block : null;
    if (event?.type === 'said') {
      this.#said = true;
      this.#block = null;
    }
    if (event?.type === 'note' && event.level === 'error' && typeof event.text === 'string') this.#error = event.text;
    await this.ctx.event(raw, block ?? undefined);
    if (event?.type === 'ended') this.#ended(event.interrupted, event.error ?? (this.#said ? null : this.#error));
  }

  #ended(interrupted: boolean, error: string | null): void {
    this.#block = null;
    if (interrupted || this.#interrupting) this.ctx.endTurn({ outcome: 'interrupted' });
    else if (error === null) this.ctx.endTurn({ outcome: 'done' });
    else this.ctx.endTurn({ outcome: 'failed', message: error, class: classify(error).class });
    this.#next();
  }
}
