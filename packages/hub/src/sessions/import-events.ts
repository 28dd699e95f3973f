import { createHash } from 'node:crypto';
import { AgentMessage, MAX_PROMPT_CHARS, PromptId, type SessionEventBody, TurnId } from '@agor/protocol';
import { z } from 'zod';
import type { Filling } from '../log/index.ts';

const Item = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prompt'), text: z.string(), at: z.number() }),
  z.object({ kind: z.literal('message'), message: AgentMessage }),
]);

export interface Imported {
  /** Names the conversation: the ids of prompts and turns are made from it. */
  readonly conversation: string;
  readonly items: readonly unknown[];
  /** Items that were left out before these. */
  readonly leftOut: number;
  /** Ms since the epoch; also for what tells no time of its own. */
  readonly now: number;
}

/**
 * A transcript as events: each prompt with a turn that holds what came of it. The same transcript gives the same ids. What can't be
 * understood is kept raw; an id that comes twice counts once.
 */
export function importEvents({ conversation, items, leftOut, now }: Imported): Filling[] {
  const filling: Filling[] = [];
  const seen = new Set<string>();
  let turnId: TurnId | null = null;
  let turns = 0;
  let at = now;
  const add = (body: SessionEventBody) => filling.push({ body, at });
  const id = (what: string, index: number) =>
    createHash('sha256').update(`${conversation}\n${what}\n${index}`).digest('hex').slice(0, 32);
  const endTurn = () => {
    if (turnId) add({ kind: 'turnEnded', turnId, outcome: 'done' });
    turnId = null;
  };
  const beginTurn = (promptId?: PromptId) => {
    turnId = TurnId.parse(`import-${id('turn', turns++)}`);
    add({ kind: 'turnStarted', turnId, promptId });
  };
  if (leftOut > 0) add(notice(`${leftOut} older items of this conversation are not shown here: it is very long.`));
  for (const [index, raw] of items.entries()) {
    const item = readItem(raw, `import-${id('item', index)}`, at);
    at = timeOf(item.kind === 'prompt' ? item.at : item.message.timestamp, now);
    if (item.kind === 'prompt') {
      endTurn();
      const promptId = PromptId.parse(`import-${id('prompt', index)}`);
      const prompt = { id: promptId, text: item.text.slice(0, MAX_PROMPT_CHARS), images: [], source: 'cli' as const };
      add({ kind: 'promptQueued', prompt });
      add({ kind: 'promptSent', promptId });
      add({ kind: 'promptDelivered', promptId });
      beginTurn(promptId);
    } else if (!seen.has(item.message.id) && item.message.type !== 'init' && item.message.type !== 'cost') {
      seen.add(item.message.id);
      if (turnId === null) beginTurn();
      add({ kind: 'message', message: item.message });
    }
  }
  endTurn();
  return filling;
}

function notice(message: string): SessionEventBody {
  return { kind: 'notice', level: 'info', code: 'import', message };
}

function readItem(raw: unknown, id: string, at: number): z.infer<typeof Item> {
  const item = Item.safeParse(raw);
  if (item.success) return item.data;
  return { kind: 'message', message: { id, type: 'unknown', timestamp: at, content: { raw } } };
}

function timeOf(at: number, now: number): number {
  return Number.isFinite(at) && at > 0 && at <= now ? Math.round(at) : now;
}
