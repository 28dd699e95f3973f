import {
  type Answer,
  type AskId,
  type ErrorClass,
  MAX_SIDECAR_LINE_BYTES,
  type RunOptions,
  type SessionId,
  type ToRunner,
} from '@agor/protocol';
import { type Clock, type Line, LineSplitter } from '@agor/runtime';
import { classify } from '../errors.ts';
import { fitLine } from './fit-line.ts';
import { type ByteSink, LineWriter } from './line-writer.ts';
import { readCommand } from './read-command.ts';
import { SessionContext } from './session-context.ts';
import type { Agent, AgentSettings, RunnerLine, RunnerProvider } from './types.ts';
import { within } from './within.ts';

/** How long an agent may take to end; less than the machine's grace before it kills (3 s). */
export const CLOSE_LIMIT_MS = 2_000;
/** How long the last lines may take to be read. */
export const FLUSH_LIMIT_MS = 500;
/** How long an interrupt may take before the person is told that it does not work. */
export const INTERRUPT_LIMIT_MS = 10_000;
/** Commands that wait for their turn; while there are more, stdin is not read. */
const MAX_PENDING = 64;

export interface RunnerIo {
  readonly input: AsyncIterable<Uint8Array>;
  readonly write: ByteSink;
  /** Ends the process; called once. */
  readonly exit: (code: number) => void;
  readonly clock: Clock;
  /** For stderr: what the protocol has no line for, such as an error's stack. */
  readonly complain: (error: unknown) => void;
}

/** One runner process: reads commands, owns the agent, ends once. */
export class Runner {
  readonly #writer: LineWriter;
  #session: SessionContext | null = null;
  #agent: Agent | null = null;
  #starting: Promise<Agent> | null = null;
  #ending: Promise<void> | null = null;
  /** Commands run one after the other, for a prompt must not overtake the `set` before it. */
  #chain: Promise<void> = Promise.resolve();
  #pending = 0;

  constructor(
    private readonly provider: RunnerProvider,
    private readonly io: RunnerIo,
  ) {
    this.#writer = new LineWriter(io.write, () => void this.end(1));
  }

  /** Serves until stdin ends. */
  async run(): Promise<void> {
    this.#say({ type: 'ready', provider: this.provider.id, pid: process.pid });
    const lines = new LineSplitter(MAX_SIDECAR_LINE_BYTES);
    for await (const chunk of this.io.input) {
      for (const line of lines.push(chunk)) this.#line(line);
      if (this.#pending > MAX_PENDING) await this.#chain;
      if (this.#ending) break;
    }
    const last = lines.end();
    if (last !== null) this.#line(last);
    await this.end(0);
  }

  /** The agent is broken, or we are: says so and ends with 1. */
  fail(error: unknown, errorClass?: ErrorClass): void {
    if (this.#ending) return;
    const message = error instanceof Error ? error.message : String(error);
    this.io.complain(error);
    const kind = errorClass ?? classify(message).class;
    const session = this.#session;
    if (session) {
      session.asks.end();
      session.endTurn({ outcome: 'failed', message, class: kind });
      this.#say({ type: 'agent_error', sessionId: session.sessionId, message, class: kind });
    } else {
      this.#say({ type: 'error', message });
    }
    void this.end(1);
  }

  /** Closes the agent, lets the last lines leave, exits. Safe to repeat; the first code counts. */
  end(code: number, stopped: { exitCode: number | null; signal: string | null } = { exitCode: 0, signal: null }) {
    this.#ending ??= this.#end(code, stopped);
    return this.#ending;
  }

  async #end(code: number, stopped: { exitCode: number | null; signal: string | null }): Promise<void> {
    const session = this.#session;
    session?.asks.end();
    const agent = this.#agent ?? this.#starting;
    if (agent) await within(this.io.clock, CLOSE_LIMIT_MS, this.#closeAgent(agent));
    session?.endTurn({ outcome: 'interrupted' });
    if (session && agent && code === 0) this.#say({ type: 'agent_stopped', sessionId: session.sessionId, ...stopped });
    await within(this.io.clock, FLUSH_LIMIT_MS, this.#writer.flushed());
    this.io.exit(code);
  }

  async #closeAgent(starting: Agent | Promise<Agent>): Promise<void> {
    try {
      await (await starting).close();
    } catch (error) {
      // It is going away either way; the machine ends what is left of its processes.
      this.io.complain(error);
    }
  }

  #line(line: Line): void {
    if (this.#ending) return;
    const command = readCommand(line);
    if (typeof command === 'string') this.#protocolError(command);
    else if (command) this.#command(command);
  }

  #command(command: ToRunner): void {
    if (command.type === 'ping') {
      this.#say({ type: 'pong', nonce: command.nonce });
    } else if (this.#session && command.sessionId !== this.#session.sessionId) {
      this.#protocolError(`this runner serves the session ${this.#session.sessionId}, not ${command.sessionId}`);
    } else {
      this.#sessionCommand(command);
    }
  }

  #sessionCommand(command: Exclude<ToRunner, { type: 'ping' }>): void {
    switch (command.type) {
      case 'stop':
        void this.end(0);
        break;
      case 'answer':
        this.#answer(command.askId, command.answer);
        break;
      case 'query':
        this.#enqueue(async () => {
          const session = this.#sessionOf(command.sessionId, command.options);
          // A prompt into the turn that runs changes nothing of that turn's trace.
          if (!command.steer || !session.turn) session.traceparent = command.traceparent;
          const agent = await this.#start(command.sessionId, command.options);
          await this.#syncSettings(command.options);
          const { promptId, prompt, images } = command;
          if (command.steer && (await this.#steer(agent, promptId, prompt, images))) return;
          await agent.prompt(promptId, prompt, images);
        });
        break;
      case 'open':
        this.#enqueue(async () => {
          await this.#start(command.sessionId, command.options);
          this.#say({ type: 'opened', sessionId: command.sessionId });
        });
        break;
      case 'set':
        this.#enqueue(() => this.#set(command));
        break;
      case 'stopSubagent':
        // At once: it is meant for what runs now.
        void this.#stopSubagent(command.toolUseId);
        break;
      case 'interrupt':
        // At once when there is an agent: a prompt that hangs must not hold it up. And again behind the commands that came before it and
        // have not reached the agent, for a prompt among them is meant too.
        if (this.#agent) void this.#interrupt(this.#agent);
        if (!this.#agent || this.#pending > 0)
          this.#enqueue(async () => void (this.#agent && (await this.#interrupt(this.#agent))));
        break;
    }
  }

  async #steer(agent: Agent, ...prompt: Parameters<Agent['prompt']>): Promise<boolean> {
    const session = this.#session;
    if (!session || !agent.steer) return false;
    [session.steering] = prompt;
    try {
      return await agent.steer(...prompt);
    } finally {
      session.steering = null;
    }
  }

  #answer(askId: AskId, answer: Answer): void {
    const wrong = this.#session ? this.#session.asks.answer(askId, answer) : 'no session was started';
    if (wrong) this.#protocolError(wrong);
  }

  #enqueue(work: () => Promise<void>): void {
    this.#pending++;
    this.#chain = this.#chain
      .then(() => (this.#ending ? undefined : work()))
      .catch((error: unknown) => this.fail(error))
      .finally(() => void this.#pending--);
  }

  async #start(sessionId: SessionId, options: RunOptions): Promise<Agent> {
    const session = this.#sessionOf(sessionId, options);
    session.asks.useRules(options.rules);
    if (this.#agent) return this.#agent;
    this.#starting = Promise.resolve(this.provider.createAgent(session, options));
    try {
      this.#agent = await this.#starting;
      return this.#agent;
    } finally {
      this.#starting = null;
    }
  }

  #sessionOf(sessionId: SessionId, options: RunOptions): SessionContext {
    this.#session ??= this.#newSession(sessionId, options);
    return this.#session;
  }

  #newSession(sessionId: SessionId, options: RunOptions): SessionContext {
    const session = new SessionContext(sessionId, this.#writer, {
      exited: (exitCode, signal) => void this.end(0, { exitCode, signal }),
      fail: (error, errorClass) => this.fail(error, errorClass),
    });
    const { model, permissionMode, controls } = options;
    session.settings = { model, permissionMode, controls };
    return session;
  }

  /** A prompt's options hold from that prompt on, also when no `set` was sent for them. */
  async #syncSettings(options: RunOptions): Promise<void> {
    const known = this.#session?.settings ?? {};
    const model = options.model !== undefined && options.model !== known.model ? options.model : undefined;
    const permissionMode = options.permissionMode !== known.permissionMode ? options.permissionMode : undefined;
    const changed = Object.entries(options.controls).filter(([id, value]) => known.controls?.[id] !== value);
    const controls = changed.length > 0 ? Object.fromEntries(changed) : undefined;
    if (model !== undefined || permissionMode !== undefined || controls)
      await this.#set({ model, permissionMode, controls });
  }

  async #set({ model, permissionMode, controls }: AgentSettings): Promise<void> {
    if (!this.#agent || !this.#session)
      return this.#protocolError('there is no agent yet whose settings could be changed');
    try {
      await this.#agent.set({ model, permissionMode, controls });
      if (controls) this.#session.chose(controls);
      if (model !== undefined || permissionMode !== undefined) this.#session.info({ model, permissionMode });
    } catch (error) {
      this.#protocolError(`the agent refused the setting: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #interrupt(agent: Agent): Promise<void> {
    try {
      const inTime = await within(this.io.clock, INTERRUPT_LIMIT_MS, agent.interrupt());
      if (!inTime) this.#protocolError('the agent does not react to the interrupt; stop it instead');
    } catch (error) {
      this.#protocolError(`the interrupt failed: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #stopSubagent(toolUseId: string): Promise<void> {
    if (!this.#agent?.stopSubagent) return this.#protocolError('this agent can stop none of its subagents alone');
    try {
      const inTime = await within(
        this.io.clock,
        INTERRUPT_LIMIT_MS,
        Promise.resolve(this.#agent.stopSubagent(toolUseId)),
      );
      if (!inTime) this.#protocolError('the subagent was not stopped in time; stop the session instead');
    } catch (error) {
      this.#protocolError(`the subagent was not stopped: ${error instanceof Error ? error.message : error}`);
    }
  }

  #protocolError(message: string): void {
    this.#say({ type: 'error', sessionId: this.#session?.sessionId, message });
  }

  #say(line: RunnerLine): void {
    void this.#writer.write(fitLine(line));
  }
}
