import type { BlockId, Delta, OpenBlock, SessionId } from '@agor/protocol';
import type { OpenTextListener } from '../sidecar/index.ts';

/**
 * The streamed text that the hub does not have yet. What comes for a block while it waits is joined, so that this holds at most the open blocks
 * themselves, however slowly the hub reads; text of a block that was completed meanwhile is dropped, because the message brings it.
 */
export class DeltaSender implements OpenTextListener {
  #pending = new Map<string, Delta>();

  /** @param onPending called when there is something to send */
  constructor(private readonly onPending: () => void) {}

  /** The hub knows nothing of these blocks yet: they go out from their beginning. */
  start(blocks: readonly OpenBlock[]): void {
    for (const { truncated: _, ...block } of blocks) this.onDelta({ ...block, offset: 0 });
  }

  onDelta(delta: Delta): void {
    const key = keyOf(delta.sessionId, delta.blockId);
    const waiting = this.#pending.get(key);
    this.#pending.set(key, waiting ? { ...waiting, text: waiting.text + delta.text } : delta);
    this.onPending();
  }

  onClosed(sessionId: SessionId, blockId: BlockId): void {
    this.#pending.delete(keyOf(sessionId, blockId));
  }

  /** Everything that waits, which then counts as sent. */
  take(): Delta[] {
    if (this.#pending.size === 0) return [];
    const deltas = [...this.#pending.values()];
    this.#pending = new Map();
    return deltas;
  }
}

const keyOf = (sessionId: SessionId, blockId: BlockId): string => `${sessionId}\n${blockId}`;
