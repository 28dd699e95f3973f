import { type ImageInput, PermissionMode, type PromptId, type RunOptions, type SlashCommand } from '@agor/protocol';
import { systemClock } from '@agor/runtime';
import type { ModelInfo, SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import type { Agent, AgentContext, AgentSettings } from '../../runner/index.ts';
import { endsWithin } from '../../runner/within.ts';
import { claude } from '../provider.ts';
import { ClaudeAsks } from './asks.ts';
import { EFFORT, effortControls, effortOf } from './effort.ts';
import { type Launched, launch, startProblem, vendorModel } from './launch.ts';
import { Limits, retryOf } from './limits.ts';
import { connectServers } from './mcp.ts';
import { OpenBlocks } from './open-blocks.ts';
import { PromptStream } from './prompt-stream.ts';
import { callEnded, endOf, isConversationGone } from './turn-end.ts';
import { contentOf, Turns } from './turns.ts';

/** How long the CLI may take to start: half a second usually, much more when its 0.4 GB are read for the first time. */
const START_LIMIT_MS = 120_000;
/** How long an interrupt may take before the process is ended all the same. */
const CLOSE_INTERRUPT_MS = 500;
/** How long the CLI may take to end by itself; then it is told by signal. Together less than the framework's own limit. */
const CLOSE_EXIT_MS = 1_000;
/** Subagents whose asks can be told apart; the oldest go first. */
const MAX_AGENTS = 500;

/** Starts the CLI and waits until it can take a prompt. Rejects, and has told `ctx` why, when it can't. */
export async function startClaude(ctx: AgentContext, options: RunOptions): Promise<Agent> {
  const problem = startProblem(options);
  if (problem) {
    const error = new Error(problem.message);
    ctx.fail(error, problem.class);
    throw error;
  }
  const agent = new ClaudeAgent(ctx, options);
  await agent.ready();
  return agent;
}

class ClaudeAgent implements Agent {
  readonly #prompts = new PromptStream();
  readonly #blocks = new OpenBlocks();
  readonly #turns: Turns;
  readonly #limits: Limits;
  readonly #launched: Launched;
  readonly #finished: Promise<void>;
  /** From a subagent's id to the call that started it. */
  readonly #parents = new Map<string, string>();
  /** What runs of its own now: subagents, and what works in the background beside any turn. */
  readonly #tasks = new Set<string>();
  #closing = false;
  #interrupting = false;
  #model: string | undefined;
  #models: readonly ModelInfo[] = [];
  #effort: string | undefined;
  #permissionMode: PermissionMode;
  #version: string | undefined;
  #commands: SlashCommand[] = [];
  #sessionId: string | undefined;
  /** What the last answer of the main thread added to the context. */
  #outputTokens = 0;
  /** Of the main thread's answer that streams, or did last. */
  #messageId = '';
  /** The CLI's own name of what went wrong in this turn. */
  #failure: string | undefined;

  constructor(
    private readonly ctx: AgentContext,
    private readonly options: RunOptions,
  ) {
    this.#model = options.model;
    this.#effort = options.controls[EFFORT];
    this.#permissionMode = options.permissionMode;
    this.#limits = new Limits(ctx, options.resumeSessionId !== undefined);
    this.#turns = new Turns(ctx, this.#prompts, () => this.#interruptSoon());
    const asks = new ClaudeAsks(ctx, options, (agentId) => this.#parents.get(agentId));
    this.#launched = launch(options, this.#prompts, asks.canUseTool, ctx.traceparent);
    this.#finished = this.#consume();
  }

  /** Tells what the agent can do. Rejects when it could not start or nobody is signed in. */
  async ready(): Promise<void> {
    const { models, commands, account } = await this.#initialized();
    const signedIn = account.apiProvider !== 'firstParty' || account.apiKeySource || account.tokenSource !== 'none';
    if (!signedIn) {
      const message = `Claude is not signed in. ${claude.signIn?.hint(this.options.command?.[0] ?? 'claude') ?? ''}`;
      this.ctx.fail(new Error(message), 'auth');
      throw new Error(message);
    }
    await connectServers(this.#launched.query, this.options.mcpServers, (line) => this.ctx.log(line));
    this.#models = models;
    this.#commands = commands
      .filter(({ name }) => !name.startsWith('__'))
      .map(({ name, description, argumentHint }) => ({ name, description, ...(argumentHint ? { argumentHint } : {}) }));
    this.ctx.info({
      models: models.map(({ value, displayName, description }) => ({ id: value, label: displayName, description })),
      commands: this.#commands,
      model: this.#model,
      permissionMode: this.#permissionMode,
      controls: this.#controls(),
    });
  }

  #controls() {
    return effortControls(this.#models, this.#model, this.#effort);
  }

  async #initialized() {
    const start = this.#launched.query.initializationResult();
    if (!(await endsWithin(systemClock, START_LIMIT_MS, start)))
      this.ctx.fail(new Error(`Claude Code did not start within ${START_LIMIT_MS / 1000} s.`));
    try {
      return await start;
    } catch (error) {
      // The stream ends with the same error and finds the better words for it.
      await endsWithin(systemClock, CLOSE_EXIT_MS, this.#finished);
      throw error;
    }
  }

  prompt(promptId: PromptId, text: string, images: readonly ImageInput[]): void {
    const content = contentOf(text, images);
    if (content.ok) this.#turns.prompt(promptId, content.value);
    else this.#turns.refuse(promptId, content.error);
  }

  async steer(promptId: PromptId, text: string, images: readonly ImageInput[]): Promise<boolean> {
    const content = contentOf(text, images);
    return content.ok && this.#turns.steer(promptId, content.value);
  }

  async interrupt(): Promise<void> {
    if (this.#turns.interruptNow()) await this.#interruptTurn();
  }

  async stopSubagent(toolUseId: string): Promise<void> {
    const task = [...this.#tasks].find((id) => this.#parents.get(id) === toolUseId);
    if (task === undefined) throw new Error('it does not run any more');
    await this.#launched.query.stopTask(task);
  }

  async set({ model, permissionMode, controls }: AgentSettings): Promise<void> {
    if (controls?.[EFFORT] !== undefined) await this.#setEffort(controls[EFFORT]);
    if (model !== undefined && model !== this.#model) {
      await this.#launched.query.setModel(vendorModel(model));
      this.#model = model;
      this.ctx.info({ controls: this.#controls() });
    }
    if (permissionMode !== undefined && permissionMode !== this.#permissionMode) {
      if (permissionMode === 'bypassPermissions' && this.options.permissionMode !== 'bypassPermissions')
        throw new Error(
          'Claude can bypass permissions only from its start on: stop the session and send the prompt again.',
        );
      await this.#launched.query.setPermissionMode(permissionMode);
      this.#permissionMode = permissionMode;
    }
  }

  async #setEffort(value: string): Promise<void> {
    const effort = effortOf(value);
    if (effort === undefined) throw new Error(`Claude has no thinking level "${value}".`);
    await this.#launched.query.applyFlagSettings({ effortLevel: effort });
    this.#effort = value;
    this.ctx.info({ controls: this.#controls() });
  }

  /** The end of the input alone does not end a running turn, and background work is waited for: interrupt, end, then a signal. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#turns.stop();
    if (this.ctx.turn) await endsWithin(systemClock, CLOSE_INTERRUPT_MS, this.#interruptTurn());
    this.#prompts.end();
    // With work in the background it would not end by itself, and that work would go on spending meanwhile.
    if (this.#tasks.size === 0 && (await endsWithin(systemClock, CLOSE_EXIT_MS, this.#finished))) return;
    this.#launched.child()?.kill('SIGTERM');
    this.#launched.query.close();
    await this.#finished;
  }

  async #interruptTurn(): Promise<void> {
    this.#interrupting = true;
    await this.#launched.query.interrupt();
  }

  #working(): void {
    this.#turns.working();
    // An interrupt that reaches the CLI before its turn really runs is lost: it goes on working, so it is told again.
    if (this.#interrupting) this.#interruptSoon();
  }

  #interruptSoon(): void {
    this.#interruptTurn().catch((error: unknown) => this.ctx.log(`the interrupt failed: ${error}`));
  }

  async #consume(): Promise<void> {
    let failure: unknown = null;
    try {
      for await (const message of this.#launched.query) await this.#message(message);
    } catch (error) {
      failure = error;
    }
    await this.#flushBlocks();
    if (this.#closing) return;
    const { exitCode = null, signalCode = null } = this.#launched.child() ?? {};
    if (failure !== null) this.ctx.fail(this.#endInWords(failure, signalCode));
    else this.ctx.exited(exitCode, signalCode);
  }

  #endInWords(failure: unknown, signal: NodeJS.Signals | null): Error {
    const text = failure instanceof Error ? failure.message : String(failure);
    if (isConversationGone([text])) return this.#gone();
    return signal === null ? new Error(text, { cause: failure }) : new Error(`Claude Code was ended by ${signal}.`);
  }

  #gone(): Error {
    return new Error(
      `This conversation is gone: Claude has no conversation ${this.options.resumeSessionId} in this folder any more. Start a new session to go on.`,
    );
  }

  async #message(message: SDKMessage): Promise<void> {
    if (message.type === 'stream_event') return await this.#stream(message);
    // The lifecycle of prompts is not in the SDK's types.
    const { type, command_uuid: uuid, state } = message as { type: string; command_uuid?: unknown; state?: unknown };
    if (type === 'command_lifecycle') {
      if (typeof uuid === 'string' && typeof state === 'string') this.#turns.lifecycle(uuid, state);
      return;
    }
    this.#observe(message);
    if (message.type === 'result') await this.#result(message);
    else if (message.type === 'assistant') await this.#assistant(message);
    else if (!isNoise(message)) await this.ctx.event(message);
  }

  async #stream(message: Extract<SDKMessage, { type: 'stream_event' }>): Promise<void> {
    if (message.parent_tool_use_id !== null) return;
    const { event } = message;
    if (event.type === 'message_start') {
      this.#working();
      await this.#flushBlocks();
      this.#messageId = event.message.id;
    } else if (event.type === 'message_delta') this.#outputTokens = event.usage.output_tokens;
    else if (event.type === 'message_stop') await this.ctx.event(callEnded(this.#messageId, this.#outputTokens));
    const delta = this.#blocks.stream(event);
    if (delta) await this.ctx.delta(delta);
  }

  async #assistant(message: Extract<SDKMessage, { type: 'assistant' }>): Promise<void> {
    const main = message.parent_tool_use_id === null;
    if (main && message.error) this.#failure = message.error;
    const blockId = main ? this.#blocks.complete(message.message.id) : undefined;
    await this.ctx.event(message, blockId);
  }

  async #result(result: Extract<SDKMessage, { type: 'result' }>): Promise<void> {
    // The throw that follows ends the runner and says what to do; a failed turn that never was would only confuse.
    if (result.is_error && 'errors' in result && isConversationGone(result.errors)) return;
    await this.#flushBlocks();
    await this.ctx.event({ ...result, agor_output_tokens: this.#outputTokens });
    this.#turns.ended(endOf(result, this.#failure, this.#interrupting));
    this.#failure = undefined;
    this.#interrupting = false;
  }

  /** Blocks that the vendor gave up: what had streamed of them is kept, and they are closed. */
  async #flushBlocks(): Promise<void> {
    for (const { event, blockId } of this.#blocks.takeLeftovers()) await this.ctx.event(event, blockId);
  }

  /** What a message says of the agent itself. */
  #observe(message: SDKMessage): void {
    if (message.type === 'assistant' && message.agent_id && message.parent_tool_use_id)
      this.#rememberParent(message.agent_id, message.parent_tool_use_id);
    if (message.type === 'rate_limit_event') this.#limits.told(message.rate_limit_info);
    if (message.type !== 'system') return;
    switch (message.subtype) {
      case 'init':
        this.#working();
        this.#learn(message);
        break;
      case 'status':
        if (message.status === 'requesting') this.#working();
        this.#modeIs(message.permissionMode);
        break;
      case 'task_started':
        if (message.tool_use_id !== undefined) this.#rememberParent(message.task_id, message.tool_use_id);
        if (this.#tasks.size < MAX_AGENTS) this.#tasks.add(message.task_id);
        break;
      case 'task_notification':
        this.#tasks.delete(message.task_id);
        break;
      case 'compact_boundary':
        this.#outputTokens = 0;
        break;
      case 'api_retry':
        this.ctx.retrying(retryOf(message));
    }
  }

  #learn(init: Extract<SDKMessage, { type: 'system'; subtype: 'init' }>): void {
    const known = this.#sessionId === init.session_id && this.#version === init.claude_code_version;
    this.#sessionId = init.session_id;
    this.#version = init.claude_code_version;
    if (!known) {
      // Only now the CLI says which of its commands need a terminal.
      const { terminal_slash_commands: hidden } = init as { terminal_slash_commands?: unknown };
      const commands = Array.isArray(hidden) ? this.#commands.filter(({ name }) => !hidden.includes(name)) : undefined;
      this.ctx.info({
        providerSessionId: init.session_id,
        version: init.claude_code_version,
        ...(commands ? { commands } : {}),
      });
    }
    this.#modeIs(init.permissionMode);
  }

  /** The CLI changes its mode by itself when it enters or leaves plan mode. */
  #modeIs(told: string | undefined): void {
    const mode = PermissionMode.safeParse(told);
    if (!mode.success || mode.data === this.#permissionMode) return;
    this.#permissionMode = mode.data;
    this.ctx.info({ permissionMode: mode.data });
  }

  #rememberParent(agentId: string, toolUseId: string): void {
    if (this.#parents.has(agentId)) return;
    this.#parents.set(agentId, toolUseId);
    if (this.#parents.size <= MAX_AGENTS) return;
    const [oldest] = this.#parents.keys();
    if (oldest !== undefined) this.#parents.delete(oldest);
  }
}

/** Messages that come often and tell nothing that is not told otherwise: they are not worth a place in the journal. */
function isNoise(message: SDKMessage): boolean {
  if (message.type === 'tool_progress') return true;
  if (message.type !== 'system') return false;
  return (
    message.subtype === 'thinking_tokens' ||
    (message.subtype === 'status' && message.status === 'requesting' && !message.permissionMode)
  );
}
