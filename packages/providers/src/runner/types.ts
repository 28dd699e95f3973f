import type {
  Answer,
  Ask,
  AskId,
  BlockId,
  ControlValues,
  ErrorClass,
  FromRunner,
  ImageInput,
  PermissionMode,
  PromptId,
  RunnerDelta,
  RunOptions,
  SessionId,
  TurnId,
  TurnOutcome,
} from '@agor/protocol';
import type { z } from 'zod';

/** A line as it is written: what the schema fills in by itself may be left out. */
export type RunnerLine = z.input<typeof FromRunner>;
export type LineOf<Type extends RunnerLine['type']> = Extract<RunnerLine, { type: Type }>;
/** A line's fields without those that the framework adds. */
type Fields<Type extends RunnerLine['type']> = Omit<LineOf<Type>, 'type' | 'sessionId'>;

export interface AgentSettings {
  readonly model?: string | undefined;
  readonly permissionMode?: PermissionMode | undefined;
  /** Chosen values of the agent's own controls, by id. */
  readonly controls?: ControlValues | undefined;
}

/** One live agent, as its provider makes it. Every method may be called at any time, also while a turn runs. */
export interface Agent {
  /**
   * Takes the prompt, calls `ctx.accepted` as soon as the agent has it, and returns without waiting for the turn. A prompt that comes while
   * a turn runs waits inside the agent. A rejection means that the agent is broken: it ends the runner.
   */
  prompt(promptId: PromptId, text: string, images: readonly ImageInput[]): void | Promise<void>;
  /**
   * Puts the prompt into the turn that runs, and calls `ctx.accepted` once the agent has it. False when none runs or the agent won't take it
   * now: then it comes again through `prompt`. Absent: the agent can't.
   */
  steer?(promptId: PromptId, text: string, images: readonly ImageInput[]): Promise<boolean>;
  /** Ends the running turn (`ctx.endTurn({ outcome: 'interrupted' })`); without one it does nothing. The agent lives on. */
  interrupt(): void | Promise<void>;
  /**
   * Ends one subagent, named by the call that started it, and tells so by its events. A rejection becomes an `error` line. Absent: the agent
   * can't.
   */
  stopSubagent?(toolUseId: string): void | Promise<void>;
  /** Changes settings from the next model call on. A rejection becomes an `error` line; the agent lives on. */
  set(settings: AgentSettings): void | Promise<void>;
  /** Ends the agent and everything it started. After CLOSE_LIMIT_MS the runner exits without it. */
  close(): void | Promise<void>;
}

type WithoutId<Each> = Each extends unknown ? Omit<Each, 'id'> & { readonly id?: AskId } : never;
/** An ask whose id, when the vendor has none of its own, is made by the framework. */
export type NewAsk = WithoutId<Ask>;

/** The vendor took its ask back before it was answered, or the runner is ending. */
export class AskWithdrawn extends Error {
  override readonly name = 'AskWithdrawn';
}

/**
 * What an agent tells. Lines leave in the order of the calls. Methods that return a promise resolve when there is room for more: an agent
 * that awaits them waits while the machine does not read, and the runner's memory stays bounded.
 */
export interface AgentContext {
  readonly sessionId: SessionId;
  /** The turn that runs, or null. */
  readonly turn: TurnId | null;
  /** The W3C trace context of the prompt that was given last: for the vendor's program and for calls to a model. */
  readonly traceparent: string | undefined;

  accepted(promptId: PromptId): void;
  /** A turn begins; without `promptId` the agent began it by itself. Throws when one runs already. */
  startTurn(promptId?: PromptId): TurnId;
  /** Does nothing when no turn runs. */
  endTurn(end: { readonly outcome: TurnOutcome; readonly message?: string; readonly class?: ErrorClass }): void;

  /** A raw vendor event; with `blockId` it completes that open block. */
  event(raw: unknown, blockId?: BlockId): Promise<void>;
  delta(delta: Omit<RunnerDelta, 'type' | 'sessionId'>): Promise<void>;

  /**
   * Asks the person and waits without limit. A permission ask that a rule of the options answers does not reach the person. Rejects with
   * `AskWithdrawn` when `signal` aborts first.
   */
  ask(ask: NewAsk, signal?: AbortSignal): Promise<Answer>;

  /**
   * The input of a call of this tool that the person allowed once, after the process that had asked was gone, and that was not
   * made since; null when there is none. For agents that cannot remember what they asked.
   */
  allowedOnce(toolName: string): unknown;

  info(info: Fields<'agent_info'>): void;
  retrying(retry: Fields<'retrying'>): void;
  limited(limit: Fields<'limited'>): void;
  /** A line for the log of the machine; not part of the transcript. */
  log(message: string): void;

  /** The agent ended by itself without an error: `agent_stopped`, and the runner exits with 0. */
  exited(exitCode: number | null, signal: string | null): void;
  /** The agent is broken: a running turn fails, `agent_error`, and the runner exits with 1. The class is read from the text if not given. */
  fail(error: unknown, errorClass?: ErrorClass): void;
  /** Resolves when everything said so far has left this process. */
  flushed(): Promise<void>;
  /** Writes a line as it is, whatever it is: for the demo's malformed lines. */
  rawLine(line: string): Promise<void>;
}

/** What a provider's `main.ts` hands to `runRunner`. */
export interface RunnerProvider {
  readonly id: string;
  /** Starts the agent; called once, with the first query or open. A rejection ends the runner with `agent_error`. */
  createAgent(ctx: AgentContext, options: RunOptions): Agent | Promise<Agent>;
}
