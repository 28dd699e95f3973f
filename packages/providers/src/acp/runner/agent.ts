import type { ImageInput, PermissionMode, PromptId, RunOptions } from '@agor/protocol';
import { delay, systemClock, type Timer } from '@agor/runtime';
import type { Agent, AgentContext, AgentSettings } from '../../runner/index.ts';
import { within } from '../../runner/within.ts';
import { AcpAsks } from './asks.ts';
import type { ConnectionHandlers } from './connection.ts';
import { Controls } from './controls.ts';
import { Journal, type Told } from './journal.ts';
import { endInWords, type Known, knownAgent, type Launched, launch, StartProblem } from './launch.ts';
import { NotSignedIn, openSession } from './open-session.ts';
import { PermissionModes } from './permission-modes.ts';
import { promptContent } from './prompt-content.ts';
import { fields } from './tool-call.ts';
import { Turns } from './turns.ts';
import { Commands, type SessionAnswer, type Update, UpdateParams } from './wire.ts';

/** How long what an agent says between turns may pause before it counts as said. */
const QUIET_MS = 500;
/** A notification of an agent's own that says what `current_mode_update` says. */
const MODE_NOTICE = /\/mode-update$/;
/** How long nothing may come before a replay counts as over, and how often that is waited for. */
const REPLAY_QUIET_MS = 200;
const REPLAY_ROUNDS = 50;
const CANCEL_LIMIT_MS = 300;
const DRAIN_LIMIT_MS = 500;

/** Starts the agent and its session, and sets the mode in which it is to run. Rejects, and has told `ctx` why, when it can't. */
export async function startAcp(ctx: AgentContext, options: RunOptions): Promise<Agent> {
  const agent = new AcpSession(ctx, options);
  try {
    await agent.start();
    return agent;
  } catch (error) {
    ctx.fail(
      error,
      error instanceof NotSignedIn ? 'auth' : error instanceof StartProblem ? error.errorClass : undefined,
    );
    await agent.close();
    throw error;
  }
}

class AcpSession implements Agent {
  readonly #known: Known;
  readonly #journal = new Journal();
  readonly #modes: PermissionModes;
  readonly #turns: Turns;
  readonly #asks: AcpAsks;
  #controls = new Controls(1);
  #launched: Launched | null = null;
  #sessionId = '';
  #permissionMode: PermissionMode;
  #replaying = false;
  /** Updates that were not listened to during a replay. */
  #swallowed = 0;
  /** What the project tells its agents: the protocol has no place for it, so it goes before a conversation's first prompt. */
  #instructions: string | undefined;
  #closing = false;
  #quiet: Timer | null = null;

  constructor(
    private readonly ctx: AgentContext,
    private readonly options: RunOptions,
  ) {
    this.#known = knownAgent(options);
    this.#permissionMode = options.permissionMode;
    this.#instructions = options.resumeSessionId === undefined ? options.systemPrompt : undefined;
    this.#modes = new PermissionModes(this.#known.agent, this.#known.own?.mode);
    this.#turns = new Turns(ctx, this.#known.label, this.#journal, {
      request: (method, params) => this.#request(method, params),
      cancel: () => this.#notify('session/cancel'),
      commands: () => this.#launched?.process.commands ?? null,
      gone: () => this.#launched?.connection.isClosed ?? true,
      emit: (told) => this.#emit(told),
    });
    this.#asks = new AcpAsks(ctx, {
      cwd: options.cwd,
      permissionMode: () => this.#permissionMode,
      modeFor: (mode) => this.#known.agent?.modes?.[mode],
      signal: () => this.#turns.signal,
      asked: async (update) => {
        const { call, told } = this.#journal.asked(update);
        await this.#emit(told);
        return call;
      },
    });
  }

  async start(): Promise<void> {
    const handlers: ConnectionHandlers = {
      notification: (method, params) => this.#notification(method, params),
      permission: (params, signal) => this.#asks.answer(params, signal),
      log: (message) => this.ctx.log(message),
    };
    const launched = await launch(this.#known, this.options, handlers);
    this.#launched = launched;
    void launched.process.exited.then((exit) => this.#exited(exit));
    void launched.connection.closed.then(() => this.#hungUp(launched));
    const { version, abilities, connection } = launched;
    this.#turns.version = version;
    this.#controls = new Controls(version);
    const { agent, label, env } = this.#known;
    const answer = await openSession(
      {
        connection,
        version,
        abilities,
        agent,
        label,
        env,
        replaying: (request) => this.#swallow(request),
        log: (message) => this.ctx.log(message),
      },
      this.options,
    );
    await this.#begin(answer);
  }

  async #begin(answer: SessionAnswer & { sessionId: string }): Promise<void> {
    this.#sessionId = answer.sessionId;
    this.#controls.take(answer);
    // Before anything else: an agent must not begin in a mode that allows more than it was given.
    await this.#setPermissionMode(this.#permissionMode);
    const { model, controls, cwd } = this.options;
    if (model !== undefined && model !== this.#controls.model) await this.#setModel(model);
    await this.#setControls(this.#fitting(controls), (message) => this.ctx.log(message));
    const { abilities, version } = this.#abilities();
    const about = abilities.agentInfo ?? abilities.info;
    const current = this.#controls.model;
    await this.ctx.event({
      type: 'init',
      sessionId: this.#sessionId,
      cwd,
      protocol: version,
      ...(about?.version ? { agentVersion: about.version } : {}),
      ...(current ? { model: current } : {}),
      ...(this.#controls.mode ? { mode: this.#controls.mode } : {}),
    });
    this.#tell({ providerSessionId: this.#sessionId, ...(about?.version ? { version: about.version } : {}) });
  }

  prompt(promptId: PromptId, text: string, images: readonly ImageInput[]): void {
    const { abilities } = this.#abilities();
    const takesImages = Boolean(
      abilities.agentCapabilities?.promptCapabilities?.image ?? abilities.capabilities?.session?.prompt?.image,
    );
    const compact = /^\/compact\b/.test(text.trim());
    const own = this.#known.agent?.compact;
    const said = compact && own !== undefined ? text.trim().replace('/compact', own) : text;
    // A command would not be known as one behind other words.
    const instructions = said.startsWith('/') ? undefined : this.#instructions;
    const content = promptContent(said, images, { label: this.#known.label, takesImages }, instructions);
    if (content.ok && instructions !== undefined) this.#instructions = undefined;
    if (content.ok) this.#turns.prompt(promptId, content.value, compact);
    else this.#turns.refuse(promptId, content.error);
  }

  async interrupt(): Promise<void> {
    await this.#turns.interrupt();
  }

  async set({ model, permissionMode, controls }: AgentSettings): Promise<void> {
    if (permissionMode !== undefined && permissionMode !== this.#permissionMode)
      await this.#setPermissionMode(permissionMode);
    if (model !== undefined && model !== this.#controls.model) await this.#setModel(model);
    if (controls)
      await this.#setControls(controls, (message) => {
        throw new Error(message);
      });
    this.#tell();
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#quiet?.cancel();
    if (this.ctx.turn) await within(systemClock, CANCEL_LIMIT_MS, this.#turns.interrupt());
    await this.#launched?.process.end();
    await this.#emit(this.#journal.flush(true));
    this.#launched?.connection.close();
  }

  async #setPermissionMode(mode: PermissionMode): Promise<void> {
    const wanted = this.#modes.wanted(mode, this.#controls.modeIds);
    if (wanted !== null && wanted !== this.#controls.mode) {
      try {
        await this.#change(this.#controls.setMode(wanted));
      } catch (error) {
        const asking = this.#modes.wanted('default', this.#controls.modeIds);
        // Some offer a mode and refuse it all the same (as root, in a folder that is not trusted): its asks are answered here then.
        if (mode === 'default' || mode === 'plan' || asking === wanted) throw error;
        this.ctx.log(`the agent refused the mode ${wanted} (${error}); its asks are answered by agor`);
        if (asking !== null && asking !== this.#controls.mode) await this.#change(this.#controls.setMode(asking));
      }
    }
    this.#permissionMode = mode;
  }

  async #setModel(model: string): Promise<void> {
    await this.#change(this.#controls.setModel(model));
  }

  /** @param complain about a control or value that is not offered (any more) */
  async #setControls(controls: Readonly<Record<string, string>>, complain: (message: string) => void): Promise<void> {
    for (const [id, value] of Object.entries(controls)) {
      const known = this.#controls.list.find((control) => control.id === id);
      if (known?.value === value) continue;
      try {
        await this.#change(this.#controls.set(id, value));
      } catch (error) {
        complain(error instanceof Error ? error.message : String(error));
        continue;
      }
      if (known?.category === 'mode') this.#permissionMode = this.#modes.meaning(value) ?? this.#permissionMode;
    }
  }

  /** What was chosen of the agent's controls before, but for a mode that means another permission mode than the one that counts now. */
  #fitting(controls: Readonly<Record<string, string>>): Record<string, string> {
    const modes = this.#controls.list.filter(({ category }) => category === 'mode').map(({ id }) => id);
    const fits = ([id, value]: [string, string]) => {
      const meaning = modes.includes(id) ? this.#modes.meaning(value) : null;
      return meaning === null || meaning === this.#permissionMode;
    };
    return Object.fromEntries(Object.entries(controls).filter(fits));
  }

  async #change({ method, params }: { method: string; params: Readonly<Record<string, unknown>> }): Promise<void> {
    this.#controls.changed({ method, params }, await this.#request(method, params));
  }

  async #notification(method: string, params: unknown): Promise<void> {
    const known = method === 'session/update' ? UpdateParams.safeParse(params) : null;
    if (!known?.success) {
      const mode = MODE_NOTICE.test(method) ? fields(params).currentModeId : undefined;
      if (typeof mode === 'string') this.#observe({ sessionUpdate: 'current_mode_update', currentModeId: mode });
      else await this.ctx.event({ type: 'notification', method, params });
      return;
    }
    const { update } = known.data;
    if (this.#observe(update)) return;
    if (this.#replaying) {
      this.#swallowed++;
      return;
    }
    this.#turns.update(update);
    const told = this.#journal.take(update);
    await this.#emit(told);
    if (told.length > 0 && !this.ctx.turn) this.#flushWhenQuiet();
  }

  /** Some go on telling after their answer: the replay is over when nothing more comes. */
  async #swallow<Answer>(request: Promise<Answer>): Promise<Answer> {
    this.#replaying = true;
    try {
      const answer = await request;
      for (let before = -1, rounds = 0; before !== this.#swallowed && rounds < REPLAY_ROUNDS; rounds++) {
        before = this.#swallowed;
        await delay(systemClock, REPLAY_QUIET_MS);
      }
      return answer;
    } finally {
      this.#replaying = false;
    }
  }

  /** What an update says of the agent itself. */
  #observe(update: Update): boolean {
    if (update.sessionUpdate === 'available_commands_update') {
      const known = Commands.safeParse(update);
      if (!known.success) return false;
      const commands = known.data.availableCommands.map(({ name, description, input }) => ({
        name,
        description: description ?? '',
        ...(input?.hint ? { argumentHint: input.hint } : {}),
      }));
      this.ctx.info({ commands });
      return true;
    }
    const before = this.#controls.mode;
    if (!this.#controls.update(update)) return false;
    const mode = this.#controls.mode;
    if (mode !== before) this.#permissionMode = this.#modes.meaning(mode) ?? this.#permissionMode;
    // Until the session has begun, nothing of it is told.
    if (this.#sessionId !== '' && !this.#replaying) this.#tell();
    return true;
  }

  #tell(more: { providerSessionId?: string; version?: string } = {}): void {
    const { models, model, list } = this.#controls;
    this.ctx.info({
      ...more,
      ...(models.length > 0 ? { models } : {}),
      ...(model ? { model } : {}),
      permissionMode: this.#permissionMode,
      controls: list,
    });
  }

  async #emit(told: readonly Told[]): Promise<void> {
    for (const one of told) await ('event' in one ? this.ctx.event(one.event, one.blockId) : this.ctx.delta(one.delta));
  }

  /** Words without a turn: something in the background ended. Nothing says when they are complete. */
  #flushWhenQuiet(): void {
    this.#quiet?.cancel();
    this.#quiet = systemClock.setTimeout(() => {
      if (!this.ctx.turn) void this.#emit(this.#journal.flush(false));
    }, QUIET_MS);
  }

  /** An agent that says no more is of no use, and its end tells why. */
  async #hungUp({ process }: Launched): Promise<void> {
    if (
      !(await within(
        systemClock,
        DRAIN_LIMIT_MS,
        process.exited.then(() => {}),
      ))
    )
      await process.end();
  }

  async #exited(exit: { code: number | null; signal: string | null }): Promise<void> {
    const launched = this.#launched;
    if (this.#closing || !launched) return;
    // What it said last may still be in the pipe.
    await within(systemClock, DRAIN_LIMIT_MS, launched.connection.closed);
    if (this.#closing) return;
    await this.#emit(this.#journal.flush(true));
    this.#turns.stop();
    if (exit.code === 0 && !this.ctx.turn) this.ctx.exited(exit.code, exit.signal);
    else this.ctx.fail(new Error(endInWords(this.#known.label, exit, launched.process.lastWords())));
  }

  #request(method: string, params: object): Promise<unknown> {
    return this.#abilities().connection.request(method, { sessionId: this.#sessionId, ...params });
  }

  async #notify(method: string): Promise<void> {
    await this.#abilities().connection.notify(method, { sessionId: this.#sessionId });
  }

  #abilities(): Launched {
    if (!this.#launched) throw new Error('the agent does not run');
    return this.#launched;
  }
}
