import type { ImageInput, PromptId, RunOptions } from '@agor/protocol';
import { systemClock } from '@agor/runtime';
import type { Agent, AgentContext, AgentSettings } from '../../runner/index.ts';
import { endsWithin } from '../../runner/within.ts';
import { CodexAsks } from './asks.ts';
import { Calls, type Thread } from './calls.ts';
import { Choices } from './choices.ts';
import { Commands } from './commands.ts';
import { modelInfos } from './controls.ts';
import { endOf, retryOf, TurnEnded } from './endings.ts';
import { inputOf } from './input.ts';
import { OpenItems } from './items.ts';
import { KEY_PROVIDER, keyVariable, Server, startProblem, tellSignedOut } from './launch.ts';
import { isNoise } from './noise.ts';
import { OpenPatches } from './open-patches.ts';
import { Plans } from './plans.ts';
import { Quota } from './quota.ts';
import { type Notification, type RequestId, Rpc, RpcError } from './rpc.ts';
import { Subagents } from './subagents.ts';
import { openThread } from './threads.ts';
import { Turns, type Work } from './turns.ts';

const CLIENT_VERSION = '0.1.0';
/** Together less than the framework's own limit for an end. */
const CLOSE_INTERRUPT_MS = 400;
const CLOSE_COMMANDS_MS = 600;
const CLOSE_EXIT_MS = 500;

/** Starts the app server and its thread. Rejects, and has told `ctx` why, when it can't. */
export async function startCodex(ctx: AgentContext, options: RunOptions): Promise<Agent> {
  const problem = startProblem(options);
  if (problem) {
    const error = new Error(problem.message);
    ctx.fail(error, problem.class);
    throw error;
  }
  const agent = new CodexAgent(ctx, options);
  await agent.ready();
  return agent;
}

class CodexAgent implements Agent {
  readonly #server: Server;
  readonly #rpc: Rpc;
  readonly #calls: Calls;
  readonly #commands: Commands;
  readonly #items = new OpenItems();
  readonly #subagents = new Subagents();
  readonly #turns: Turns;
  readonly #plans: Plans;
  readonly #asks: CodexAsks;
  readonly #quota: Quota;
  readonly #finished: Promise<void>;
  /** Open patches: what is asked about them does not say what they change. */
  readonly #patches = new OpenPatches();
  #thread: Thread | null = null;
  readonly #choices: Choices;
  #closing = false;
  #interrupting = false;
  #attempt = 0;

  constructor(
    private readonly ctx: AgentContext,
    private readonly options: RunOptions,
  ) {
    this.#choices = new Choices(options);
    this.#quota = new Quota(ctx, options.resumeSessionId !== undefined);
    this.#turns = new Turns(ctx, {
      start: (work) => this.#begin(work),
      interrupt: (turnId) => void this.#interruptTurn(turnId),
    });
    this.#plans = new Plans(ctx);
    this.#asks = new CodexAsks(ctx, {
      options,
      mode: () => this.#choices.mode,
      changesOf: (itemId) => this.#patches.of(itemId),
      parentOf: (threadId) => (threadId === this.#thread?.thread.id ? undefined : this.#subagents.parentOf(threadId)),
      tell: (message) => void this.#tell(message),
    });
    this.#server = new Server(options);
    this.#rpc = new Rpc((line) => this.#server.write(line), {
      notified: (notification) => this.#notified(notification),
      asked: (id, method, params) => void this.#asked(id, method, params),
      odd: (line) => ctx.log(`Codex said what is no message: ${line.slice(0, 200)}`),
    });
    this.#calls = new Calls(this.#rpc);
    this.#commands = new Commands(this.#server.pid, systemClock);
    this.#finished = this.#serve();
  }

  async ready(): Promise<void> {
    try {
      await this.#calls.initialize(CLIENT_VERSION);
      const [{ account, requiresOpenaiAuth }, models] = await Promise.all([
        this.#calls.account(),
        this.#calls.models(),
      ]);
      const signedOut = requiresOpenaiAuth && !account;
      if (signedOut && keyVariable(process.env) === null) throw tellSignedOut(this.ctx, this.options);
      this.#choices.models = models;
      this.#thread = await openThread(this.#calls, this.options, signedOut ? KEY_PROVIDER : undefined);
      this.#choices.begin(this.#thread);
      await this.#introduce(this.#thread);
      if (account?.type === 'chatgpt') void this.#quota.read(() => this.#calls.rateLimits());
    } catch (error) {
      if (this.#server.exitCode !== null || this.#server.signal !== null) await this.#finished;
      this.ctx.fail(error);
      throw error;
    }
  }

  async prompt(promptId: PromptId, text: string, images: readonly ImageInput[]): Promise<void> {
    if (text.trim() === '/compact') return await this.#turns.prompt(promptId, { kind: 'compact' });
    const input = inputOf(text, images);
    if (input.ok) await this.#turns.prompt(promptId, { kind: 'input', input: input.value });
    else this.#turns.refuse(promptId, input.error);
  }

  async steer(promptId: PromptId, text: string, images: readonly ImageInput[]): Promise<boolean> {
    const turnId = this.#turns.turnId;
    const input = inputOf(text, images);
    if (turnId === null || this.#plans.isAsked || !input.ok || text.trim() === '/compact') return false;
    try {
      await this.#calls.steer({ threadId: this.#threadId, expectedTurnId: turnId, input: input.value });
    } catch (error) {
      // The turn has just ended, or is of a kind that takes no words: then it is a prompt like others.
      this.ctx.log(`not steered: ${error instanceof Error ? error.message : error}`);
      return false;
    }
    this.ctx.accepted(promptId);
    return true;
  }

  async interrupt(): Promise<void> {
    this.#plans.withdraw();
    const turnId = this.#turns.interruptNow();
    if (turnId !== null) await this.#interruptTurn(turnId);
  }

  set(settings: AgentSettings): void {
    if (this.#choices.set(settings)) this.ctx.info({ controls: this.#choices.controls });
  }

  /** The end of the input alone leaves commands behind that run without a sandbox. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#turns.stop();
    this.#plans.withdraw();
    const turnId = this.#turns.turnId;
    if (turnId !== null)
      await endsWithin(systemClock, CLOSE_INTERRUPT_MS, this.#calls.interrupt({ threadId: this.#threadId, turnId }));
    if (this.#thread)
      await endsWithin(
        systemClock,
        CLOSE_COMMANDS_MS,
        this.#commands.end(this.#calls, this.#threadId, 'all', () => true),
      );
    this.#server.endInput();
    if (await endsWithin(systemClock, CLOSE_EXIT_MS, this.#finished)) return;
    this.#server.kill('SIGKILL');
    await this.#finished;
  }

  get #threadId(): string {
    if (!this.#thread) throw new Error('Codex has no thread yet');
    return this.#thread.thread.id;
  }

  async #introduce({ thread, model }: Thread): Promise<void> {
    const version = thread.cliVersion;
    this.ctx.info({
      providerSessionId: thread.id,
      models: modelInfos(this.#choices.models),
      commands: [{ name: 'compact', description: 'Make room: go on with a summary of the conversation' }],
      model: this.options.model ?? model,
      permissionMode: this.#choices.mode,
      controls: this.#choices.controls,
      ...(version === undefined ? {} : { version }),
    });
    const told = { threadId: thread.id, model, cwd: this.options.cwd, permissionMode: this.#choices.mode, version };
    await this.ctx.event({ method: 'agor/thread', params: told });
  }

  async #begin(work: Work): Promise<string | null> {
    const threadId = this.#threadId;
    if (work.kind === 'compact') {
      await this.ctx.event({ method: 'agor/compact', params: { threadId } });
      await this.#calls.compact({ threadId });
      return null;
    }
    const params = { threadId, input: work.input, ...this.#choices.forTurn() };
    return await this.#calls.startTurn(params, this.ctx.traceparent);
  }

  async #interruptTurn(turnId: string): Promise<void> {
    this.#interrupting = true;
    this.#asks.withdrawAll('The turn was interrupted');
    try {
      await this.#calls.interrupt({ threadId: this.#threadId, turnId });
    } catch (error) {
      // It does not run yet, or no more: its start or its end is told next.
      if (!(error instanceof RpcError)) throw error;
      this.ctx.log(`the interrupt waits: ${error.message}`);
    }
  }

  #turnStarted(turnId: string): void {
    this.#attempt = 0;
    this.#commands.mark();
    this.#turns.started(turnId);
    // An interrupt that came before the turn really ran was refused.
    if (this.#interrupting) void this.#interruptTurn(turnId);
  }

  async #tell(message: string): Promise<void> {
    const turnId = this.#turns.turnId;
    if (turnId === null) return;
    try {
      const input = [{ type: 'text' as const, text: message, text_elements: [] }];
      await this.#calls.steer({ threadId: this.#threadId, expectedTurnId: turnId, input });
    } catch (error) {
      this.ctx.log(`the model was not told "${message}": ${error instanceof Error ? error.message : error}`);
    }
  }

  async #asked(id: RequestId, method: string, params: unknown): Promise<void> {
    try {
      const answer = await this.#asks.answer(id, method, params);
      if (answer) this.#rpc.answer(id, answer);
      else this.#rpc.refuse(id, `agor does not know ${method}`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.ctx.log(`${method} could not be asked: ${message}`);
      this.#rpc.refuse(id, message);
    }
  }

  async #serve(): Promise<void> {
    let failure: unknown = null;
    try {
      await this.#rpc.serve(this.#server.output, () => this.#server.endInWords());
    } catch (error) {
      failure = error;
    }
    await this.#server.exited;
    this.#asks.withdrawAll('Codex has ended');
    for (const { event, blockId } of this.#items.end(null, true)) await this.ctx.event(event, blockId);
    if (!this.#closing) this.ctx.fail(failure ?? this.#server.endInWords());
  }

  async #notified({ method, params, emittedAtMs }: Notification): Promise<void> {
    if (OpenItems.streams(method)) {
      const delta = this.#items.stream(method, params);
      const parentId = this.#parentIn(params);
      if (delta) await this.ctx.delta(parentId === undefined ? delta : { ...delta, parentId });
      return;
    }
    let blockId: ReturnType<OpenItems['completed']>['blockId'];
    if (method === 'item/started') {
      this.#items.started(params);
      this.#patches.started(params);
    } else if (method === 'item/completed') {
      const { blockId: closed, dropped } = this.#items.completed(params);
      if (dropped) return;
      blockId = closed;
      this.#patches.completed(params);
    }
    this.#observe(method, params);
    if (method === 'turn/completed' && this.#isOwn(params)) return void this.#turnCompleted(params, emittedAtMs);
    // The sum of a conversation that goes on is told again before its first turn.
    if (method === 'thread/tokenUsage/updated' && !this.ctx.turn) return;
    if (isNoise(method, params)) return;
    const cut = method === 'item/completed' && this.#interrupting;
    await this.ctx.event({ method, params, emittedAtMs, ...(cut ? { agorInterrupted: true } : {}) }, blockId);
  }

  /** What a notification says of the agent itself. */
  #observe(method: string, params: unknown): void {
    switch (method) {
      case 'turn/started':
        if (this.#isOwn(params)) this.#turnStarted(TurnEnded.parse(params).turn.id);
        break;
      case 'item/started':
      case 'item/completed':
        this.#subagents.observe(params);
        if (method === 'item/completed' && this.#isOwn(params)) this.#plans.observe(params);
        break;
      case 'account/rateLimits/updated':
        this.#quota.told(params);
        break;
      case 'thread/tokenUsage/updated':
        if (this.ctx.turn) this.#quota.answered();
        break;
      case 'serverRequest/resolved': {
        const { requestId } = (params ?? {}) as { requestId?: RequestId };
        if (requestId !== undefined) this.#asks.resolved(requestId);
        break;
      }
      case 'error': {
        const retry = this.#isOwn(params) ? retryOf(params, this.#attempt + 1) : null;
        if (!retry) break;
        this.#attempt = retry.attempt;
        this.ctx.retrying(retry);
      }
    }
  }

  /** Not awaited by the reader: what is still to be ended needs answers that come behind this. */
  async #turnCompleted(params: unknown, emittedAtMs: number | undefined): Promise<void> {
    try {
      const { turn } = TurnEnded.parse(params);
      const cut = turn.status === 'interrupted' || this.#interrupting;
      if (cut) {
        const running = new Set(this.#items.running(turn.id));
        if (running.size > 0)
          await this.#commands.end(this.#calls, this.#threadId, 'turn', ({ itemId }) => running.has(itemId));
      }
      for (const { event, blockId } of this.#items.end(turn.id, cut)) await this.ctx.event(event, blockId);
      await this.ctx.event({ method: 'turn/completed', params, emittedAtMs });
      this.#patches.clear();
      this.#interrupting = false;
      const end = endOf(turn, this.#quota);
      if (end.outcome === 'done' && this.#choices.mode === 'plan' && (await this.#planned())) return;
      await this.#turns.ended(end);
    } catch (error) {
      if (!this.#closing) this.ctx.fail(error);
    }
  }

  /** Puts the turn's plan to the person, if there is one. True when the turn goes on with their word. */
  async #planned(): Promise<boolean> {
    const word = await this.#plans.ask();
    if (word === null) return false;
    if (word.mode !== null) {
      this.#choices.mode = word.mode;
      this.ctx.info({ permissionMode: word.mode });
    }
    return await this.#turns.goOn({ kind: 'input', input: [{ type: 'text', text: word.text, text_elements: [] }] });
  }

  #isOwn(params: unknown): boolean {
    return (params as { threadId?: unknown } | null)?.threadId === this.#thread?.thread.id;
  }

  #parentIn(params: unknown): string | undefined {
    const { threadId } = (params ?? {}) as { threadId?: unknown };
    if (typeof threadId !== 'string' || threadId === this.#thread?.thread.id) return undefined;
    return this.#subagents.parentOf(threadId);
  }
}
