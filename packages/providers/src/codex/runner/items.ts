import { BlockId, MAX_OPEN_BLOCK_CHARS, type RunnerDelta } from '@agor/protocol';
import { z } from 'zod';

type Delta = Omit<RunnerDelta, 'type' | 'sessionId'>;

/** An item of the running turn that is not complete. */
interface Open {
  readonly itemId: string;
  readonly threadId: string;
  readonly turnId: string;
  readonly type: string;
  /** The block that streams into it, once it does. */
  block: { readonly id: BlockId; readonly kind: RunnerDelta['kind']; text: string } | null;
}

/** What an event of ours is called that ends an item in the vendor's stead. */
export interface Ended {
  readonly event: { readonly method: string; readonly params: unknown };
  readonly blockId: BlockId | undefined;
}

const DeltaParams = z.object({ itemId: z.string(), delta: z.string(), threadId: z.string() });
const PartParams = z.object({ itemId: z.string(), summaryIndex: z.number(), threadId: z.string() });
const ItemParams = z.object({
  threadId: z.string(),
  turnId: z.string(),
  item: z.object({ id: z.string(), type: z.string() }),
});

const DELTAS: Readonly<Record<string, RunnerDelta['kind']>> = {
  'item/agentMessage/delta': 'text',
  'item/plan/delta': 'text',
  'item/reasoning/summaryTextDelta': 'thinking',
  'item/reasoning/textDelta': 'thinking',
  'item/commandExecution/outputDelta': 'toolOutput',
};
const SUMMARY_PART = 'item/reasoning/summaryPartAdded';
const TOOLS = new Set(['commandExecution', 'fileChange', 'mcpToolCall', 'dynamicToolCall', 'collabAgentToolCall']);
/** Open items that are kept in mind; the oldest are forgotten, and their text is then told when they are complete. */
const MAX_OPEN = 1_000;
/** Items that were ended in the vendor's stead: what it still says of them is dropped. The oldest are forgotten. */
const MAX_ABANDONED = 1_000;

/** What streams: which items are open, and the blocks into which their text flows. */
export class OpenItems {
  readonly #open = new Map<string, Open>();
  readonly #abandoned = new Set<string>();

  /** Whether the notification is one of text that flows. */
  static streams(method: string): boolean {
    return Object.hasOwn(DELTAS, method) || method === SUMMARY_PART;
  }

  /** What has to be passed on at once, if anything. */
  stream(method: string, params: unknown): Delta | null {
    if (method === SUMMARY_PART) {
      const part = PartParams.safeParse(params);
      // The complete thought has an empty line between its parts.
      return part.success && part.data.summaryIndex > 0 ? this.#grow(part.data.itemId, 'thinking', '\n\n') : null;
    }
    const delta = DeltaParams.safeParse(params);
    const kind = DELTAS[method];
    return delta.success && kind ? this.#grow(delta.data.itemId, kind, delta.data.delta) : null;
  }

  started(params: unknown): void {
    const { data } = ItemParams.safeParse(params);
    if (!data) return;
    const { threadId, turnId, item } = data;
    this.#open.set(item.id, { itemId: item.id, threadId, turnId, type: item.type, block: null });
    if (this.#open.size <= MAX_OPEN) return;
    const [oldest] = this.#open.keys();
    if (oldest !== undefined) this.#open.delete(oldest);
  }

  /** The block that the complete item closes. `dropped`: we ended it before, and nothing more is to be said of it. */
  completed(params: unknown): { readonly blockId: BlockId | undefined; readonly dropped: boolean } {
    const { data } = ItemParams.safeParse(params);
    if (!data) return { blockId: undefined, dropped: false };
    const blockId = this.#open.get(data.item.id)?.block?.id;
    this.#open.delete(data.item.id);
    return { blockId, dropped: this.#abandoned.delete(data.item.id) };
  }

  /** Calls of that turn, of the session's own thread, that still run. */
  running(turnId: string): string[] {
    return [...this.#open.values()].flatMap((item) =>
      item.turnId === turnId && TOOLS.has(item.type) ? [item.itemId] : [],
    );
  }

  /** Ends what speaks no more of that turn; with `calls` also its calls. Null means every turn: the vendor is gone. */
  end(turnId: string | null, calls: boolean): Ended[] {
    const ended: Ended[] = [];
    for (const item of [...this.#open.values()]) {
      if (turnId !== null && item.turnId !== turnId) continue;
      const tool = TOOLS.has(item.type);
      // A command may go on behind its turn.
      if (tool && !calls) continue;
      this.#open.delete(item.itemId);
      const event = endOf(item);
      if (!event) continue;
      this.#abandon(item.itemId);
      ended.push({ event, blockId: item.block?.id });
    }
    return ended;
  }

  #grow(itemId: string, kind: RunnerDelta['kind'], text: string): Delta | null {
    const item = this.#open.get(itemId);
    if (!item || !text) return null;
    item.block ??= { id: BlockId.parse(`codex-${itemId}`), kind, text: '' };
    const { block } = item;
    block.text += text.slice(0, Math.max(0, MAX_OPEN_BLOCK_CHARS - block.text.length));
    return { blockId: block.id, kind, text, ...(kind === 'toolOutput' ? { toolUseId: itemId } : {}) };
  }

  #abandon(itemId: string): void {
    this.#abandoned.add(itemId);
    if (this.#abandoned.size <= MAX_ABANDONED) return;
    const [oldest] = this.#abandoned;
    if (oldest !== undefined) this.#abandoned.delete(oldest);
  }
}

function endOf({ itemId, threadId, type, block }: Open): Ended['event'] | null {
  const text = block?.text ?? '';
  if (TOOLS.has(type)) return { method: 'agor/aborted', params: { threadId, itemId, output: text } };
  if (text === '' || (block?.kind !== 'text' && block?.kind !== 'thinking')) return null;
  return { method: 'agor/partial', params: { threadId, itemId, kind: block.kind, text } };
}
