import type { ChatMessage, ToolSpec } from '../server/index.ts';
import { shortened } from '../tools/index.ts';

/** Tokens of a character, before the server has counted any. Code has more of them than prose; better too many than too few. */
const FIRST_RATIO = 0.3;
const MIN_RATIO = 0.15;
const MAX_RATIO = 1;
/** Below this the server's count says more of its template than of the text. */
const MIN_CALIBRATION_CHARS = 2_000;
/** Room that an answer needs, as a part of the window and at most. */
const ANSWER_PART = 0.25;
const MAX_ANSWER_TOKENS = 8_192;
/** An image takes about so many. */
const IMAGE_CHARS = 3_000;
const MIN_RESULT_CHARS = 4_000;
const MAX_RESULT_CHARS = 30_000;
/** At most this part of the window for one tool's output. */
const RESULT_PART = 0.2;

/** How full the model's window is: what the server counted, and an estimate for what it has not seen yet. */
export class ContextWindow {
  /** Tokens; null when nobody knows. */
  size: number | null = null;
  #ratio = FIRST_RATIO;
  #used = 0;

  /** Tokens in the window after the last answer. */
  get used(): number {
    return this.#used;
  }

  /** What a server told of a call. It leaves the count out for what it had in its cache; then the estimate stands. */
  learn(call: {
    readonly chars: number;
    readonly inputTokens?: number | undefined;
    readonly outputTokens?: number | undefined;
  }) {
    const { chars, inputTokens = 0, outputTokens = 0 } = call;
    const estimate = this.estimate(chars);
    // A server that counts only what was not cached would make us believe that there is room.
    const whole = inputTokens > estimate / 2;
    if (whole && chars >= MIN_CALIBRATION_CHARS)
      this.#ratio = Math.min(Math.max(inputTokens / chars, MIN_RATIO), MAX_RATIO);
    this.#used = (whole ? inputTokens : estimate) + outputTokens;
  }

  estimate(chars: number): number {
    return Math.ceil(chars * this.#ratio);
  }

  /** After a compaction, or in a conversation that was resumed. */
  assume(chars: number): void {
    this.#used = this.estimate(chars);
  }

  /** Whether a call with that many characters would leave too little room for its answer. */
  isFull(chars: number): boolean {
    return this.size !== null && this.estimate(chars) > this.size - this.#answerTokens(this.size);
  }

  /** Characters that fit into a part of the window; of a window of unknown size, as if it were an ordinary one. */
  charsFor(part: number): number {
    return Math.floor(((this.size ?? 32_768) * part) / this.#ratio);
  }

  /** Most characters of one tool's output that the model gets. */
  private get maxResultChars(): number {
    return Math.min(Math.max(this.charsFor(RESULT_PART), MIN_RESULT_CHARS), MAX_RESULT_CHARS);
  }

  /** A tool's output as the model gets it. */
  shorten(output: string): string {
    return shortened(output, this.maxResultChars);
  }

  #answerTokens(size: number): number {
    return Math.min(size * ANSWER_PART, MAX_ANSWER_TOKENS);
  }
}

/** Characters of a call, about as the server gets them. */
export function charsOf(messages: readonly ChatMessage[], tools: readonly ToolSpec[]): number {
  let chars = tools.length > 0 ? JSON.stringify(tools).length : 0;
  for (const message of messages) {
    switch (message.role) {
      case 'tool':
        chars += message.output.length;
        break;
      case 'assistant':
        chars += message.text.length + (message.thinking?.length ?? 0);
        for (const call of message.calls) chars += call.name.length + JSON.stringify(call.input ?? null).length;
        break;
      case 'user':
        chars += message.text.length + (message.images?.length ?? 0) * IMAGE_CHARS;
        break;
      case 'system':
        chars += message.text.length;
    }
  }
  return chars;
}
