import { BlockId } from '@agor/protocol';
import type { AgentContext } from '../../runner/index.ts';
import type { LoopEvent, NewLoopEvent } from '../events.ts';

/** The session's events, each with an id that no other process of the session gives. */
export class Emitter {
  readonly runId = crypto.randomUUID().slice(0, 8);
  #count = 0;

  constructor(private readonly ctx: AgentContext) {}

  /** Waits while the machine does not read. */
  async emit(event: NewLoopEvent, blockId?: BlockId): Promise<void> {
    const placed: LoopEvent = { id: this.nextId(), at: Date.now(), ...event };
    await this.ctx.event(placed, blockId);
  }

  status(subtype: string, message: string): Promise<void> {
    return this.emit({ type: 'status', subtype, message });
  }

  nextId(): string {
    return `${this.runId}-${++this.#count}`;
  }

  newBlock(): BlockId {
    return BlockId.parse(`${this.nextId()}-block`);
  }
}
