import { BlockId, MAX_OPEN_BLOCK_CHARS, type RunnerDelta } from '@agor/protocol';
import type { SDKPartialAssistantMessage } from '@anthropic-ai/claude-agent-sdk';

type StreamEvent = SDKPartialAssistantMessage['event'];
type DeltaKind = 'text' | 'thinking' | 'toolInput';

interface Open {
  readonly blockId: BlockId;
  readonly messageId: string;
  readonly kind: DeltaKind;
  readonly toolName?: string;
  readonly toolUseId?: string;
  /** What has streamed, at most MAX_OPEN_BLOCK_CHARS of it. */
  text: string;
}

/** An event of ours for what a block had when the vendor gave it up; the adapter makes a partial message of it. */
export interface Partial {
  readonly blockId: BlockId;
  readonly event: Record<string, unknown>;
}

export type Delta = Pick<RunnerDelta, 'blockId' | 'kind' | 'text'> & { readonly toolUseId?: string };

/**
 * The blocks of the main thread that stream and are not complete (subagents do not stream). The vendor's complete message does not say which
 * block it completes: it is the one of its message that began last.
 */
export class OpenBlocks {
  #messageId = '';
  readonly #open: Open[] = [];

  /** What has to be passed on at once. */
  stream(event: StreamEvent): Delta | null {
    if (event.type === 'message_start') this.#messageId = event.message.id;
    else if (event.type === 'content_block_start') return this.#begin(event.index, event.content_block);
    else if (event.type === 'content_block_delta') return this.#grow(event.index, event.delta);
    return null;
  }

  /** Takes away the block that a complete message closes. */
  complete(messageId: string): BlockId | undefined {
    const index = this.#open.findLastIndex((block) => block.messageId === messageId);
    return index < 0 ? undefined : this.#open.splice(index, 1)[0]?.blockId;
  }

  /** What the vendor gave up: every block that is still open. */
  takeLeftovers(): Partial[] {
    return this.#open
      .splice(0)
      .filter(({ text }) => text !== '')
      .map(({ blockId, kind, text, toolName, toolUseId }) => ({
        blockId,
        event: {
          type: 'agor_partial',
          uuid: crypto.randomUUID(),
          timestamp: new Date().toISOString(),
          kind,
          text,
          toolName,
          toolUseId,
        },
      }));
  }

  #begin(index: number, block: Extract<StreamEvent, { type: 'content_block_start' }>['content_block']): Delta | null {
    const place = { blockId: this.#id(index), messageId: this.#messageId, text: '' };
    if (block.type === 'text') {
      this.#open.push({ ...place, kind: 'text' });
      return this.#add(place.blockId, block.text);
    }
    if (block.type === 'thinking') {
      this.#open.push({ ...place, kind: 'thinking' });
      return this.#add(place.blockId, block.thinking);
    }
    if (block.type === 'tool_use' || block.type === 'server_tool_use' || block.type === 'mcp_tool_use')
      this.#open.push({ ...place, kind: 'toolInput', toolName: block.name, toolUseId: block.id });
    return null;
  }

  #grow(index: number, delta: Extract<StreamEvent, { type: 'content_block_delta' }>['delta']): Delta | null {
    switch (delta.type) {
      case 'text_delta':
        return this.#add(this.#id(index), delta.text);
      case 'thinking_delta':
        return this.#add(this.#id(index), delta.thinking);
      case 'input_json_delta':
        return this.#add(this.#id(index), delta.partial_json);
      default:
        // Signatures and citations: the complete block has them.
        return null;
    }
  }

  #add(blockId: BlockId, text: string): Delta | null {
    const block = this.#open.findLast((each) => each.blockId === blockId);
    if (!block || !text) return null;
    block.text += text.slice(0, MAX_OPEN_BLOCK_CHARS - block.text.length);
    const { kind, toolUseId } = block;
    return { blockId, kind, text, ...(toolUseId === undefined ? {} : { toolUseId }) };
  }

  #id(index: number): BlockId {
    return BlockId.parse(`${this.#messageId}-${index}`);
  }
}
