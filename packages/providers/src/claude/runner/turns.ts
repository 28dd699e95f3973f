import type { ErrorClass, ImageInput, PromptId, TurnOutcome } from '@agor/protocol';
import { type Clock, err, ok, type Result, systemClock, type Timer } from '@agor/runtime';
import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { AgentContext } from '../../runner/index.ts';
import type { PromptStream } from './prompt-stream.ts';

/** How long the CLI may take to say that it has a prompt (usually 5 ms; its start comes before). */
const ACCEPT_LIMIT_MS = 60_000;
/** Prompts that may wait for the running turn's next tool result. */
const MAX_STEERED = 20;

interface Waiting {
  readonly promptId: PromptId;
  readonly content: SDKUserMessage['message']['content'];
}

interface Current {
  readonly promptId: PromptId;
  readonly uuid: string;
  accepted: boolean;
  started: boolean;
}

type End = { readonly outcome: TurnOutcome; readonly message?: string; readonly class?: ErrorClass };

/**
 * Which turn runs, and for which prompt. One prompt is in the CLI's hands at a time: two would be answered as one turn, or the second be
 * slipped into a running tool's result, and nobody could tell whose answer is whose.
 */
export class Turns {
  readonly #waiting: Waiting[] = [];
  /** Prompts for the running turn that the CLI has, but has not put into it yet. */
  #steered: Current[] = [];
  #current: Current | null = null;
  #acceptLimit: Timer | null = null;
  /** This CLI tells what becomes of each prompt (`command_lifecycle`). */
  #tellsPrompts = false;
  #interruptAtStart = false;

  constructor(
    private readonly ctx: AgentContext,
    private readonly stream: PromptStream,
    private readonly interruptTurn: () => void,
    private readonly clock: Clock = systemClock,
  ) {}

  prompt(promptId: PromptId, content: SDKUserMessage['message']['content']): void {
    this.#waiting.push({ promptId, content });
    this.#sendNext();
  }

  /**
   * Puts a prompt into the running turn: the model reads it with the next tool result. When the turn ends before, the CLI makes a turn of its
   * own of it. False when no turn runs, or when the CLI would not tell what became of it.
   */
  steer(promptId: PromptId, content: SDKUserMessage['message']['content']): boolean {
    if (!this.ctx.turn || !this.#tellsPrompts || this.#steered.length >= MAX_STEERED) return false;
    const uuid = crypto.randomUUID();
    this.#steered.push({ promptId, uuid, accepted: false, started: false });
    this.stream.push(content, uuid);
    return true;
  }

  /** A prompt that the agent can't be given: its turn fails. */
  refuse(promptId: PromptId, message: string): void {
    this.ctx.accepted(promptId);
    // A turn of the agent's own is going on: the person hears of the refusal with its end.
    if (!this.ctx.turn) this.ctx.startTurn(promptId);
    this.ctx.endTurn({ outcome: 'failed', message, class: 'unknown' });
  }

  /** Whether there is a turn to interrupt now. A prompt that is just on its way is interrupted as soon as its turn begins. */
  interruptNow(): boolean {
    if (this.ctx.turn) return true;
    this.#interruptAtStart = this.#current !== null;
    return false;
  }

  /** `command_lifecycle` of a prompt. */
  lifecycle(uuid: string, state: string): void {
    this.#tellsPrompts = true;
    const steered = this.#steered.find((each) => each.uuid === uuid);
    if (steered) this.#steeredIs(steered, state);
    const current = this.#current;
    if (steered || !current || current.uuid !== uuid) return;
    this.#accept(current);
    if (state === 'started') this.#start(current);
    else if ((state === 'completed' || state === 'cancelled') && !this.ctx.turn) {
      // Without a turn of its own it was thrown out of the CLI's queue.
      if (!current.started) {
        this.#start(current);
        this.ctx.endTurn({ outcome: 'interrupted' });
      }
      this.#finish();
    }
  }

  /** The CLI begins to work: for a prompt, or by itself because something in the background ended. */
  working(): void {
    if (this.ctx.turn) return;
    if (this.#current && !this.#current.started && !this.#tellsPrompts) this.#start(this.#current);
    else this.ctx.startTurn();
  }

  ended(end: End): void {
    const current = this.#current;
    // A CLI that could not even begin with it.
    if (current && !current.started && !this.ctx.turn) this.#start(current);
    this.ctx.endTurn(end);
    this.#interruptAtStart = false;
    if (current?.started) this.#finish();
    else this.#sendNext();
  }

  stop(): void {
    this.#waiting.length = 0;
    this.#steered.length = 0;
    this.#acceptLimit?.cancel();
  }

  #steeredIs(steered: Current, state: string): void {
    this.#accept(steered);
    if (state === 'queued') return;
    this.#steered = this.#steered.filter((each) => each !== steered);
    // It came too late for the turn that it was meant for.
    if (state === 'started' && !this.ctx.turn) {
      this.#current = steered;
      this.#start(steered);
    } else this.#sendNext();
  }

  #sendNext(): void {
    // A steered prompt that begins its own turn must not be joined with the next one.
    if (this.#current || this.ctx.turn || this.#steered.length > 0) return;
    const next = this.#waiting.shift();
    if (!next) return;
    // Not the prompt's id: the CLI silently drops a message whose uuid it has seen, also in an earlier process, and a prompt may be sent twice.
    const uuid = crypto.randomUUID();
    this.#current = { promptId: next.promptId, uuid, accepted: false, started: false };
    this.#acceptLimit = this.clock.setTimeout(() => {
      this.ctx.fail(new Error(`Claude Code did not take the prompt within ${ACCEPT_LIMIT_MS / 1000} s.`));
    }, ACCEPT_LIMIT_MS);
    this.stream.push(next.content, uuid);
  }

  #accept(current: Current): void {
    if (current.accepted) return;
    current.accepted = true;
    if (current === this.#current) this.#acceptLimit?.cancel();
    this.ctx.accepted(current.promptId);
  }

  #start(current: Current): void {
    this.#accept(current);
    if (current.started) return;
    current.started = true;
    // The prompt was slipped into a turn that had just begun by itself: from here on it is the prompt's.
    this.ctx.endTurn({ outcome: 'done' });
    this.ctx.startTurn(current.promptId);
    if (!this.#interruptAtStart) return;
    this.#interruptAtStart = false;
    this.interruptTurn();
  }

  #finish(): void {
    this.#current = null;
    this.#sendNext();
  }
}

/** A prompt in the form of the Messages API, or what is wrong with its images. */
export function contentOf(
  text: string,
  images: readonly ImageInput[],
): Result<SDKUserMessage['message']['content'], string> {
  if (images.length === 0) return ok(text);
  const content: Part[] = [];
  if (text !== '') content.push({ type: 'text', text });
  for (const image of images) {
    if (image.kind !== 'inline') return err('An image could not be read on its way to Claude.');
    const type = MEDIA_TYPES.find((each) => each === image.mediaType);
    if (!type) return err(`Claude reads images of the types ${MEDIA_TYPES.join(', ')}, not ${image.mediaType}.`);
    content.push({ type: 'image', source: { type: 'base64', media_type: type, data: image.data } });
  }
  return ok(content);
}

type Part =
  | { type: 'text'; text: string }
  | { type: 'image'; source: { type: 'base64'; media_type: (typeof MEDIA_TYPES)[number]; data: string } };
const MEDIA_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;
