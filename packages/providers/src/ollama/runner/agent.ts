import type { ImageInput, PromptId, RunOptions, SlashCommand } from '@agor/protocol';
import { type Clock, systemClock } from '@agor/runtime';
import { classify } from '../../errors.ts';
import type { Agent, AgentContext, AgentSettings } from '../../runner/index.ts';
import { readConfig } from '../config.ts';
import { modelServer, ServerFailure } from '../server/index.ts';
import { endCommands } from '../tools/index.ts';
import { imagesOf } from './images.ts';
import { Interrupted, TurnFailed } from './interrupted.ts';
import { noToolsWords } from './recover.ts';
import { Session } from './session.ts';
import { type Message, Turn } from './turn.ts';

const COMMANDS: SlashCommand[] = [
  {
    name: 'compact',
    description: 'Summarises the conversation, to make room in the model’s window',
    argumentHint: '[what to keep]',
  },
];
const COMPACT = /^\/compact(?:\s+([\s\S]*))?$/;

interface Waiting extends Message {
  readonly promptId: PromptId;
  /** Why the model can't be given it. */
  readonly problem: string | null;
}

/** Starts the loop. It does not wait for the model server: one that is down fails the prompt, not the session. */
export function startOllama(ctx: AgentContext, options: RunOptions, clock: Clock = systemClock): Agent {
  const config = readConfig(options.providerConfig);
  const session = new Session(ctx, options, config, modelServer(config, process.env), clock);
  const agent = new OllamaAgent(session);
  agent.introduce();
  return agent;
}

/** The agent: takes prompts one after the other, each a turn. */
class OllamaAgent implements Agent {
  readonly #queue: Waiting[] = [];
  readonly #closing = new AbortController();
  #turn: Turn | null = null;
  #loop: Promise<void> | null = null;
  #greeted = false;
  #toldNoTools = '';

  constructor(private readonly session: Session) {}

  /** Tells what is known at once, and what the server says when it answers. */
  introduce(): void {
    const { ctx, conversationId, options } = this.session;
    ctx.info({
      providerSessionId: conversationId,
      model: options.model,
      permissionMode: options.permissionMode,
      commands: COMMANDS,
    });
    void this.#askServer();
  }

  prompt(promptId: PromptId, text: string, images: readonly ImageInput[]): void {
    this.session.ctx.accepted(promptId);
    const read = imagesOf(images);
    this.#queue.push({ promptId, text, images: read.ok ? read.value : [], problem: read.ok ? null : read.error });
    this.#loop ??= this.#work().finally(() => {
      this.#loop = null;
    });
  }

  async steer(promptId: PromptId, text: string, images: readonly ImageInput[]): Promise<boolean> {
    const read = imagesOf(images);
    if (!read.ok || (read.value.length > 0 && this.session.model.facts.vision === false)) return false;
    if (!this.#turn?.steer({ text, images: read.value })) return false;
    this.session.ctx.accepted(promptId);
    return true;
  }

  async interrupt(): Promise<void> {
    this.#turn?.interrupt();
    await this.#turnOver();
  }

  set({ model, permissionMode, controls }: AgentSettings): void {
    const { session } = this;
    if (model !== undefined) {
      session.model.change(model);
      void this.#learnModel();
    }
    if (permissionMode !== undefined) session.permissions.mode = permissionMode;
    if (controls) session.chose(controls);
  }

  async close(): Promise<void> {
    this.#queue.length = 0;
    this.#closing.abort();
    this.#turn?.interrupt();
    await Promise.all([this.#loop, this.session.mcp.close(), endCommands(this.session.commandMark)]);
  }

  async #work(): Promise<void> {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const turn = new Turn(this.session, next.promptId);
      this.#turn = turn;
      try {
        await this.#run(turn, next);
      } finally {
        this.#turn = null;
      }
    }
  }

  async #turnOver(): Promise<void> {
    // The loop goes on with what is queued; only this turn is waited for.
    const turn = this.#turn;
    if (turn) await turn.ended;
  }

  async #run(turn: Turn, prompt: Waiting): Promise<void> {
    const { ctx, clock, commandMark } = this.session;
    const started = clock.monotonic();
    ctx.startTurn(prompt.promptId);
    const finish = (errors: string[]) => this.#result(turn, Math.round(clock.monotonic() - started), errors);
    try {
      await this.#prepare(turn, prompt);
      const compact = COMPACT.exec(prompt.text.trim());
      await (compact ? turn.compactNow(compact[1] ?? '') : turn.run(prompt));
      await finish([]);
      ctx.endTurn({ outcome: 'done' });
    } catch (error) {
      if (error instanceof Interrupted || turn.signal.aborted) {
        await endCommands(commandMark);
        await finish(['interrupted']);
        ctx.endTurn({ outcome: 'interrupted' });
      } else if (error instanceof ServerFailure || error instanceof TurnFailed) {
        await this.#fail(error, finish);
      } else {
        ctx.fail(error);
      }
    } finally {
      turn.end();
    }
  }

  async #prepare(turn: Turn, prompt: Waiting): Promise<void> {
    const { session } = this;
    if (prompt.problem !== null) throw new TurnFailed(prompt.problem);
    await unlessAborted(Promise.all([session.learnModel(turn.signal), session.connect()]), turn.signal);
    const { name, facts } = session.model;
    await this.#greet();
    if (prompt.images.length > 0 && facts.vision === false)
      throw new TurnFailed(`${name} can't see images. Choose a model with vision, or send the prompt without them.`);
    if (facts.tools !== false || this.#toldNoTools === name) return;
    this.#toldNoTools = name;
    await session.emitter.status('noTools', noToolsWords(name));
  }

  async #greet(): Promise<void> {
    if (this.#greeted) return;
    this.#greeted = true;
    const { session } = this;
    await session.emitter.emit({
      type: 'session',
      conversationId: session.conversationId,
      model: session.model.name,
      cwd: session.options.cwd,
      permissionMode: session.permissions.mode,
      tools: session.tools().map(({ name }) => name),
      commands: COMMANDS.map(({ name }) => name),
      mcpServers: session.mcp.states.map(({ name, status }) => ({ name, status })),
    });
  }

  async #fail(error: ServerFailure | TurnFailed, finish: (errors: string[]) => Promise<void>): Promise<void> {
    const { message } = error;
    const status = error instanceof ServerFailure ? error.status : null;
    const errorClass = error instanceof ServerFailure ? error.class : 'unknown';
    const { retryable, retryDelaySec } = classify(message, status);
    const known = errorClass === 'network' || retryable;
    await this.session.emitter.emit({
      type: 'error',
      message,
      class: errorClass,
      retryable: errorClass !== 'unknown' && known,
      retryDelaySec,
    });
    await finish([message]);
    this.session.ctx.endTurn({ outcome: 'failed', message, class: errorClass });
  }

  async #result(turn: Turn, durationMs: number, errors: string[]): Promise<void> {
    const { emitter, window } = this.session;
    await emitter.emit({
      type: 'result',
      durationMs,
      inputTokens: turn.tokens.input,
      outputTokens: turn.tokens.output,
      ...(turn.tokens.cached > 0 ? { cachedTokens: turn.tokens.cached } : {}),
      free: this.session.model.isFree,
      steps: turn.steps,
      isError: errors.length > 0,
      ...(errors.length > 0 ? { errors } : {}),
      ...(window.used > 0 ? { contextTokens: window.used } : {}),
      ...(window.size ? { contextWindow: window.size } : {}),
    });
  }

  async #askServer(): Promise<void> {
    const { ctx, server } = this.session;
    const { signal } = this.#closing;
    const learning = this.#learnModel();
    const [models, version] = await Promise.allSettled([server.models(signal), server.version(signal)]);
    if (signal.aborted) return;
    if (models.status === 'fulfilled' || version.status === 'fulfilled')
      ctx.info({
        ...(models.status === 'fulfilled' ? { models: models.value } : {}),
        ...(version.status === 'fulfilled' && version.value ? { version: version.value } : {}),
      });
    await learning;
  }

  async #learnModel(): Promise<void> {
    try {
      await this.session.learnModel(this.#closing.signal);
    } catch (error) {
      // The prompt meets the same and tells it where it is seen.
      if (!this.#closing.signal.aborted) this.session.ctx.log(`${error instanceof Error ? error.message : error}`);
    }
  }
}

/** Rejects as soon as the signal aborts, whatever the work does. */
async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const stop = () => aborted.reject(new Interrupted());
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
