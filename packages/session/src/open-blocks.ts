import { type BlockId, type Delta, MAX_OPEN_BLOCK_CHARS, type OpenBlock, type SessionEvent } from '@agor/protocol';

/**
 * The open blocks of one session: text that streams in before its message is complete. Machine, hub and face each hold
 * one; bounded by MAX_OPEN_BLOCK_CHARS over all blocks of the session.
 */
export class OpenBlocks {
  readonly #blocks = new Map<BlockId, OpenBlock>();
  #chars = 0;

  /** Replaces everything, as a snapshot says. */
  reset(blocks: readonly OpenBlock[]): void {
    this.#blocks.clear();
    this.#chars = 0;
    for (const block of blocks) {
      this.#blocks.set(block.blockId, { ...block });
      this.#chars += block.text.length;
    }
  }

  /** Adds a delta. Returns false when there is a hole before it (the caller needs a fresh snapshot). */
  apply(delta: Delta): boolean {
    const { offset, ...rest } = delta;
    const block = this.#blocks.get(delta.blockId);
    const have = block?.text.length ?? 0;
    if (block?.truncated) return true;
    if (offset > have) return false;
    const fresh = delta.text.slice(have - offset);
    const room = MAX_OPEN_BLOCK_CHARS - this.#chars;
    const kept = fresh.length > room ? fresh.slice(0, Math.max(0, room)) : fresh;
    const truncated = kept.length < fresh.length;
    this.#chars += kept.length;
    this.#blocks.set(
      delta.blockId,
      block ? { ...block, text: block.text + kept, truncated } : { ...rest, text: kept, truncated },
    );
    return true;
  }

  /** How much of a block is here: the offset of the next delta. */
  lengthOf(blockId: BlockId): number {
    return this.#blocks.get(blockId)?.text.length ?? 0;
  }

  close(blockId: BlockId): OpenBlock | undefined {
    const block = this.#blocks.get(blockId);
    if (block) {
      this.#blocks.delete(blockId);
      this.#chars -= block.text.length;
    }
    return block;
  }

  clear(): OpenBlock[] {
    const all = [...this.#blocks.values()];
    this.reset([]);
    return all;
  }

  /** Closes what the event completes: its own block, or all of them when the turn or the process is over. */
  settle(event: SessionEvent): void {
    if (event.kind === 'message' && event.message.blockId) this.close(event.message.blockId);
    if (event.kind === 'turnEnded' || event.kind === 'processExited') this.clear();
  }

  list(): OpenBlock[] {
    return [...this.#blocks.values()];
  }

  get size(): number {
    return this.#blocks.size;
  }
}
