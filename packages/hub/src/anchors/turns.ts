import type { AgentMessage, MessageOf, PromptId, SessionEvent } from '@agor/protocol';
import { type Part, promptPart, toolPart, wordsPart } from './parts.ts';

/** A turn as it can be kept. */
export interface Turn {
  /** From 0; also turns that have nothing to keep are counted. */
  readonly index: number;
  /** Its newest event. */
  readonly seq: number;
  readonly parts: readonly Part[];
}

type Slot =
  | Part
  | { readonly call: MessageOf<'tool_call'>['content']; result: MessageOf<'tool_result'>['content'] | null };

/**
 * Splits a session's log into turns, event by event from its beginning. Subagents are left out, as their result says what came of them;
 * so is a turn that only compacted. Takes any sequence of events.
 */
export class TurnSplitter {
  readonly #prompts = new Map<PromptId, { text: string; readonly images: number }>();
  readonly #given = new Set<PromptId>();
  readonly #calls = new Map<string, Extract<Slot, { call: unknown }>>();
  #slots: Slot[] | null = null;
  #index = -1;
  #seq = 0;

  /** The turn that this event ended, if it has something to keep. */
  take(event: SessionEvent): Turn | null {
    switch (event.kind) {
      case 'promptQueued':
        this.#prompts.set(event.prompt.id, { text: event.prompt.text, images: event.prompt.images.length });
        return null;
      case 'promptEdited': {
        const prompt = this.#prompts.get(event.promptId);
        if (prompt) prompt.text = event.text;
        return null;
      }
      case 'turnStarted': {
        // A turn whose end was never told is over when the next one begins.
        const before = this.#end();
        this.#index++;
        this.#slots = [];
        this.#seq = event.seq;
        this.#give(event.promptId);
        return before;
      }
      case 'promptDelivered':
        // Into the turn that runs. The word for one of its own comes before that begins.
        if (this.#slots) this.#give(event.promptId);
        return null;
      case 'turnEnded':
        this.#seq = event.seq;
        return this.#end();
      case 'message':
        this.#message(event.message, event.seq);
        return null;
      default:
        return null;
    }
  }

  /** What the turn that runs has so far; null when none runs or it has nothing to keep. */
  get running(): Turn | null {
    if (!this.#slots) return null;
    const parts = this.#slots.map((slot) => ('call' in slot ? toolPart(slot.call, slot.result) : slot));
    return parts.length === 0 || parts.every(isCompact)
      ? null
      : { index: this.#index, seq: this.#seq, parts: parts.filter((part) => !isCompact(part)) };
  }

  #end(): Turn | null {
    const turn = this.running;
    this.#slots = null;
    this.#calls.clear();
    return turn;
  }

  #give(promptId: PromptId | undefined): void {
    const prompt = promptId === undefined ? undefined : this.#prompts.get(promptId);
    if (promptId === undefined || !prompt || this.#given.has(promptId)) return;
    this.#given.add(promptId);
    this.#slots?.push(promptPart(prompt.text, prompt.images));
  }

  #message(message: AgentMessage, seq: number): void {
    if (!this.#slots || message.parentId !== undefined) return;
    this.#seq = seq;
    if (message.type === 'text') {
      const part = wordsPart(message);
      if (part) this.#slots.push(part);
    }
    if (message.type === 'tool_call') this.#call(message.content, this.#slots);
    if (message.type === 'tool_result') {
      const called = this.#calls.get(message.content.toolUseId);
      if (called) called.result = message.content;
    }
  }

  /** Vendors tell a call again when they know more of it. */
  #call(call: MessageOf<'tool_call'>['content'], slots: Slot[]): void {
    const known = this.#calls.get(call.toolUseId);
    const slot = { call, result: known?.result ?? null };
    if (known) slots[slots.indexOf(known)] = slot;
    else slots.push(slot);
    this.#calls.set(call.toolUseId, slot);
  }
}

/** A prompt that asked for compaction is no part of the conversation. */
function isCompact({ kind, text }: Part): boolean {
  return kind === 'prompt' && /^User: \s*\/compact(\s|$)/.test(text);
}
