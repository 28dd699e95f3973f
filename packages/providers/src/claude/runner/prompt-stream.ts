import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';

/** The prompts as the SDK reads them: an iterable that stays open until `end()`. */
export class PromptStream implements AsyncIterable<SDKUserMessage> {
  readonly #queue: SDKUserMessage[] = [];
  #ended = false;
  #wake: () => void = () => {};

  push(content: SDKUserMessage['message']['content'], uuid: NonNullable<SDKUserMessage['uuid']>): void {
    this.#queue.push({ type: 'user', message: { role: 'user', content }, parent_tool_use_id: null, uuid });
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SDKUserMessage> {
    while (true) {
      const next = this.#queue.shift();
      if (next) yield next;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
