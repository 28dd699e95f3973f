import type { BlockId, Delta, OpenBlock, RunnerDelta, SessionId } from '@agor/protocol';
import { OpenBlocks } from '@agor/session';

export interface OpenTextListener {
  onDelta(delta: Delta): void;
  onClosed(sessionId: SessionId, blockId: BlockId): void;
}

/** The open blocks of all sessions with a live runner; each session's are bounded by MAX_OPEN_BLOCK_CHARS. */
export class OpenText {
  readonly #sessions = new Map<SessionId, OpenBlocks>();
  #listener: OpenTextListener | null = null;

  /** There is one link at a time; null when there is none. */
  listen(listener: OpenTextListener | null): void {
    this.#listener = listener;
  }

  /** Adds what a runner streamed. What exceeds the bound is not passed on either: the complete message brings it. */
  add({ type: _, ...fragment }: RunnerDelta): void {
    if (fragment.text === '') return;
    const blocks = this.#blocksOf(fragment.sessionId);
    const offset = blocks.lengthOf(fragment.blockId);
    blocks.apply({ ...fragment, offset });
    const kept = blocks.lengthOf(fragment.blockId) - offset;
    if (kept > 0) this.#listener?.onDelta({ ...fragment, offset, text: fragment.text.slice(0, kept) });
  }

  /** The complete message supersedes the block. */
  close(sessionId: SessionId, blockId: BlockId): void {
    if (this.#sessions.get(sessionId)?.close(blockId)) this.#listener?.onClosed(sessionId, blockId);
  }

  /** The stream broke off: returns what there was of each block. */
  abort(sessionId: SessionId): OpenBlock[] {
    const blocks = this.#sessions.get(sessionId)?.clear() ?? [];
    this.#sessions.delete(sessionId);
    for (const { blockId } of blocks) this.#listener?.onClosed(sessionId, blockId);
    return blocks;
  }

  list(): OpenBlock[] {
    return [...this.#sessions.values()].flatMap((blocks) => blocks.list());
  }

  #blocksOf(sessionId: SessionId): OpenBlocks {
    let blocks = this.#sessions.get(sessionId);
    if (!blocks) {
      blocks = new OpenBlocks();
      this.#sessions.set(sessionId, blocks);
    }
    return blocks;
  }
}
