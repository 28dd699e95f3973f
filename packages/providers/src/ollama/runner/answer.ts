import type { BlockId } from '@agor/protocol';
import type { AgentContext } from '../../runner/index.ts';
import type { ChatCall, ChatPart } from '../server/index.ts';
import type { Emitter } from './emitter.ts';

/** A model that calls more tools at once has lost its way; the rest is let go. */
const MAX_CALLS = 32;

export interface Answer {
  readonly text: string;
  readonly thinking: string;
  readonly calls: readonly ChatCall[];
  readonly end: Extract<ChatPart, { type: 'end' }>;
}

type BlockKind = 'text' | 'thinking';

/** Takes one model call's stream: deltas as they come, an event for each block that is complete. */
export class AnswerReader {
  text = '';
  thinking = '';
  readonly calls: ChatCall[] = [];
  #open: { readonly kind: BlockKind; readonly blockId: BlockId; text: string } | null = null;

  constructor(
    private readonly ctx: AgentContext,
    private readonly emitter: Emitter,
  ) {}

  /** Whether anything has reached the person, so that the call can't be made again unseen. */
  get saidSomething(): boolean {
    return this.text !== '' || this.thinking !== '' || this.calls.length > 0;
  }

  /** Rejects as the stream does; what was said until then is kept, marked partial. */
  async read(parts: AsyncIterable<ChatPart>): Promise<Answer> {
    let end: Answer['end'] = { type: 'end', reason: 'stop' };
    try {
      for await (const part of parts) {
        if (part.type === 'end') end = part;
        else if (part.type === 'call') this.#call(part);
        else await this.#say(part.type, part.text);
      }
    } catch (error) {
      await this.#close(true);
      throw error;
    }
    await this.#close(false);
    return { text: this.text, thinking: this.thinking, calls: this.calls, end };
  }

  async #say(kind: BlockKind, text: string): Promise<void> {
    // Many models begin their answer with empty lines after they thought.
    if (this.#open?.kind !== kind && text.trim() === '') return;
    if (this.#open?.kind !== kind) {
      await this.#close(false);
      this.#open = { kind, blockId: this.emitter.newBlock(), text: '' };
    }
    this.#open.text += text;
    if (kind === 'text') this.text += text;
    else this.thinking += text;
    await this.ctx.delta({ blockId: this.#open.blockId, kind, text });
  }

  #call({ name, input }: Extract<ChatPart, { type: 'call' }>): void {
    // The server's own id may come again after its restart; ours never does.
    if (this.calls.length < MAX_CALLS) this.calls.push({ id: `call-${this.emitter.nextId()}`, name, input });
  }

  async #close(partial: boolean): Promise<void> {
    const block = this.#open;
    if (!block) return;
    this.#open = null;
    const { kind, text, blockId } = block;
    await this.emitter.emit({ type: kind, text, ...(partial ? { partial } : {}) }, blockId);
  }
}
