import type { ImageInput, PermissionMode, PromptId, RunOptions } from '@agor/protocol';
import { classify } from '../errors.ts';
import type { Agent, AgentContext, AgentSettings, RunnerProvider } from '../runner/index.ts';
import { readPrompt } from './prompt-words.ts';
import { demo } from './provider.ts';
import { findScenario, scenarios } from './scenarios/index.ts';
import { type DemoState, DemoTurn, Interrupted, TurnFailed, type TurnInput } from './turn.ts';

const VERSION = '1.0.0';
const TOOLS = ['Bash', 'Read', 'Write', 'Edit', 'Agent', 'AskUserQuestion', 'ExitPlanMode', 'TodoWrite'];
const NO_PROMPT = readPrompt('');

interface Work {
  readonly input: TurnInput;
  readonly run: (turn: DemoTurn) => Promise<void>;
}

/** The scripted agent: takes prompts one after the other and plays the scenario that their first word names. */
class DemoAgent implements Agent, DemoState {
  readonly runId = crypto.randomUUID().slice(0, 8);
  readonly cwd: string;
  readonly allowed = new Set<string>();
  readonly subagents = new Map<string, DemoTurn>();
  model: string;
  permissionMode: PermissionMode;
  eventCount = 0;
  readonly #conversationId: string;
  /** The conversation that this one goes on with: its own, or the one that it is a copy of. */
  readonly #resumed: string | null;
  readonly #queue: Work[] = [];
  readonly #background = new AbortController();
  #running: DemoTurn | null = null;
  #loop: Promise<void> | null = null;
  #greeted = false;

  constructor(
    readonly ctx: AgentContext,
    options: RunOptions,
  ) {
    this.cwd = options.cwd;
    this.model = options.model ?? demo.models[0]?.id ?? 'script';
    this.permissionMode = options.permissionMode;
    this.#resumed = options.resumeSessionId ?? null;
    const ownConversation = options.forkSession ? undefined : options.resumeSessionId;
    this.#conversationId = ownConversation ?? crypto.randomUUID();
    ctx.info({
      providerSessionId: this.#conversationId,
      model: this.model,
      permissionMode: this.permissionMode,
      models: [...demo.models],
      commands: scenarios.map(({ name, usage, description }) => ({
        name,
        description,
        argumentHint: usage === name ? undefined : usage.slice(name.length + 1),
      })),
      version: VERSION,
    });
  }

  prompt(promptId: PromptId, text: string, images: readonly ImageInput[]): void {
    this.ctx.accepted(promptId);
    const prompt = readPrompt(text);
    this.#enqueue({ input: { prompt, promptId, images }, run: findScenario(prompt).run });
  }

  /** A turn that is about to end takes nothing more: the prompt gets a turn of its own then. */
  steer(promptId: PromptId, text: string): Promise<boolean> {
    const taken = this.#running?.steer(text) ?? false;
    if (taken) this.ctx.accepted(promptId);
    return Promise.resolve(taken);
  }

  wake(run: (turn: DemoTurn) => Promise<void>): void {
    this.#enqueue({ input: { prompt: NO_PROMPT, images: [] }, run });
  }

  inBackground(work: (signal: AbortSignal) => Promise<void>): void {
    work(this.#background.signal).catch((error: unknown) => {
      if (!this.#background.signal.aborted) this.ctx.fail(error);
    });
  }

  interrupt(): void {
    this.#running?.interrupt();
  }

  stopSubagent(toolUseId: string): void {
    const subagent = this.subagents.get(toolUseId);
    if (!subagent) throw new Error('it does not run any more');
    subagent.interrupt();
  }

  set(settings: AgentSettings): void {
    if (settings.model !== undefined && !demo.models.some((model) => model.id === settings.model)) {
      throw new Error(
        `the demo agent has no model "${settings.model}", only ${demo.models.map((m) => m.id).join(', ')}`,
      );
    }
    this.model = settings.model ?? this.model;
    this.permissionMode = settings.permissionMode ?? this.permissionMode;
  }

  async close(): Promise<void> {
    this.#queue.length = 0;
    this.#background.abort();
    this.#running?.interrupt();
    await this.#loop;
  }

  #enqueue(work: Work): void {
    this.#queue.push(work);
    this.#loop ??= this.#work().finally(() => {
      this.#loop = null;
    });
  }

  async #work(): Promise<void> {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) await this.#turn(next);
  }

  async #turn({ input, run }: Work): Promise<void> {
    const turn = new DemoTurn(this, input);
    this.#running = turn;
    const started = performance.now();
    this.ctx.startTurn(input.promptId);
    const finish = (errors: string[]) =>
      turn.emit({
        type: 'result',
        durationMs: Math.round(performance.now() - started),
        inputTokens: turn.inputTokens,
        outputTokens: turn.outputTokens,
        contextTokens: turn.contextTokens,
        isError: errors.length > 0,
        errors: errors.length > 0 ? errors : undefined,
      });
    try {
      await this.#greet(turn);
      await run(turn);
      await turn.answerSteered();
      await finish([]);
      this.ctx.endTurn({ outcome: 'done' });
    } catch (error) {
      if (error instanceof Interrupted) {
        await finish(['interrupted']);
        this.ctx.endTurn({ outcome: 'interrupted' });
      } else if (error instanceof TurnFailed) {
        await turn.emit({ type: 'error', message: error.message, status: error.status });
        await finish([error.message]);
        this.ctx.endTurn({
          outcome: 'failed',
          message: error.message,
          class: classify(error.message, error.status).class,
        });
      } else {
        this.ctx.fail(error);
      }
    } finally {
      this.#running = null;
    }
  }

  async #greet(turn: DemoTurn): Promise<void> {
    if (this.#greeted) return;
    this.#greeted = true;
    await turn.emit({
      type: 'session',
      conversationId: this.#conversationId,
      model: this.model,
      cwd: this.cwd,
      permissionMode: this.permissionMode,
      tools: TOOLS,
      commands: scenarios.map(({ name }) => name),
      version: VERSION,
    });
    if (this.#resumed !== null) await turn.say(`I remember our conversation ${this.#resumed}.`);
  }
}

export const demoRunner: RunnerProvider = {
  id: demo.id,
  createAgent: (ctx, options) => new DemoAgent(ctx, options),
};
