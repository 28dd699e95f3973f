import {
  type Answer,
  type BlockId,
  type ControlValues,
  type ErrorClass,
  newId,
  type PromptId,
  type SessionId,
  TurnId,
} from '@agor/protocol';
import { fitLine } from './fit-line.ts';
import type { LineWriter } from './line-writer.ts';
import { OpenAsks } from './open-asks.ts';
import type { AgentContext, AgentSettings, LineOf, NewAsk, RunnerLine } from './types.ts';

export interface SessionHooks {
  exited(exitCode: number | null, signal: string | null): void;
  fail(error: unknown, errorClass?: ErrorClass): void;
}

/** The framework's side of `AgentContext`: one session's lines, its turn and its asks. */
export class SessionContext implements AgentContext {
  readonly asks: OpenAsks;
  /** As the agent last told or accepted them. */
  settings: AgentSettings = {};
  /** The prompt that the agent is being steered with. */
  steering: PromptId | null = null;
  traceparent: string | undefined;
  #turn: TurnId | null = null;

  constructor(
    readonly sessionId: SessionId,
    private readonly writer: LineWriter,
    private readonly hooks: SessionHooks,
  ) {
    this.asks = new OpenAsks(sessionId, (line) => void this.say(line));
  }

  get turn(): TurnId | null {
    return this.#turn;
  }

  say(line: RunnerLine): Promise<void> {
    return this.writer.write(fitLine(line));
  }

  accepted(promptId: PromptId): void {
    const steered = promptId === this.steering || undefined;
    void this.say({ type: 'prompt_accepted', sessionId: this.sessionId, promptId, steered });
  }

  startTurn(promptId?: PromptId): TurnId {
    if (this.#turn) throw new Error(`the turn ${this.#turn} still runs`);
    const turnId = newId(TurnId);
    this.#turn = turnId;
    void this.say({ type: 'agent_started', sessionId: this.sessionId, turnId, promptId });
    return turnId;
  }

  endTurn(end: Omit<LineOf<'turn_ended'>, 'type' | 'sessionId' | 'turnId'>): void {
    if (!this.#turn) return;
    void this.say({ type: 'turn_ended', sessionId: this.sessionId, turnId: this.#turn, ...end });
    this.#turn = null;
  }

  event(event: unknown, blockId?: BlockId): Promise<void> {
    return this.say({ type: 'agent_event', sessionId: this.sessionId, event, blockId });
  }

  delta(delta: Omit<LineOf<'agent_delta'>, 'type' | 'sessionId'>): Promise<void> {
    return this.say({ type: 'agent_delta', sessionId: this.sessionId, ...delta });
  }

  ask(ask: NewAsk, signal?: AbortSignal): Promise<Answer> {
    return this.asks.ask(ask, signal);
  }

  allowedOnce(toolName: string): unknown {
    return this.asks.allowedOnce(toolName);
  }

  info(info: Omit<LineOf<'agent_info'>, 'type' | 'sessionId'>): void {
    const told = Object.fromEntries((info.controls ?? []).map(({ id, value }) => [id, value]));
    this.settings = {
      model: info.model ?? this.settings.model,
      permissionMode: info.permissionMode ?? this.settings.permissionMode,
      controls: { ...this.settings.controls, ...told },
    };
    void this.say({ type: 'agent_info', sessionId: this.sessionId, ...info });
  }

  /** The agent took these values; it tells its controls anew when others changed with them. */
  chose(controls: ControlValues): void {
    this.settings = { ...this.settings, controls: { ...this.settings.controls, ...controls } };
  }

  retrying(retry: Omit<LineOf<'retrying'>, 'type' | 'sessionId'>): void {
    void this.say({ type: 'retrying', sessionId: this.sessionId, ...retry });
  }

  limited(limit: Omit<LineOf<'limited'>, 'type' | 'sessionId'>): void {
    void this.say({ type: 'limited', sessionId: this.sessionId, ...limit });
  }

  log(message: string): void {
    void this.say({ type: 'agent_log', sessionId: this.sessionId, message });
  }

  exited(exitCode: number | null, signal: string | null): void {
    this.hooks.exited(exitCode, signal);
  }

  fail(error: unknown, errorClass?: ErrorClass): void {
    this.hooks.fail(error, errorClass);
  }

  flushed(): Promise<void> {
    return this.writer.flushed();
  }

  rawLine(line: string): Promise<void> {
    return this.writer.write(line);
  }
}
