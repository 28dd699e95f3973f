import { z } from 'zod';

/** Threads of subagents that can be told apart; the oldest go first. */
const MAX_AGENTS = 500;

const Spawned = z.object({
  item: z.union([
    z.object({
      type: z.literal('collabAgentToolCall'),
      id: z.string(),
      tool: z.literal('spawnAgent'),
      receiverThreadIds: z.array(z.string()),
    }),
    z.object({
      type: z.literal('subAgentActivity'),
      id: z.string(),
      kind: z.literal('started'),
      agentThreadId: z.string(),
    }),
  ]),
});

/** Which call began the subagent that works in a thread. The adapter keeps the same for itself. */
export class Subagents {
  readonly #calls = new Map<string, string>();

  observe(params: unknown): void {
    const { data } = Spawned.safeParse(params);
    if (!data) return;
    const { item } = data;
    const threads = item.type === 'subAgentActivity' ? [item.agentThreadId] : item.receiverThreadIds;
    for (const threadId of threads) if (!this.#calls.has(threadId)) this.#calls.set(threadId, item.id);
    while (this.#calls.size > MAX_AGENTS) {
      const [oldest] = this.#calls.keys();
      if (oldest === undefined) break;
      this.#calls.delete(oldest);
    }
  }

  parentOf(threadId: string): string {
    return this.#calls.get(threadId) ?? threadId;
  }
}
