import type { AgentMessage, Prices, SessionEvent } from '@agor/protocol';
import { z } from 'zod';
import { Meter, NEW_METER, step as spend } from '../budget/index.ts';
import type { CountedTurn } from '../events/index.ts';

/** What came of one event. `late`: a cost that was told after the end of the turn it belongs to. */
export interface Counted {
  readonly meter: TurnMeter;
  readonly turn?: CountedTurn;
  readonly late?: Pick<CountedTurn, 'costUsd' | 'inputTokens' | 'outputTokens'>;
}

/** Characters of a failure that are kept. */
const ERROR_CHARS = 300;

const Running = z.object({
  startedAt: z.number(),
  costUsd: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  /** Told call by call since the last cost, which tells them all again. */
  callInput: z.number(),
  callOutput: z.number(),
  toolCalls: z.number(),
  peakContextTokens: z.number().nullable(),
});
type Running = z.infer<typeof Running>;

/** How far a session's log is counted, and what its turn has come to. */
export const TurnMeter = z.object({ spent: Meter, turn: Running.nullable() });
export type TurnMeter = z.infer<typeof TurnMeter>;
export const NEW_TURN_METER: TurnMeter = { spent: NEW_METER, turn: null };

/** One event further. Pure. Turns in a copied part of a log (fork, import) are another session's and give no row. */
export function step(meter: TurnMeter, event: SessionEvent, prices: Prices = {}): Counted {
  const { meter: spent, spent: final } = spend(meter.spent, event, prices);
  const costUsd = final?.usd ?? 0;
  const { turn } = meter;
  switch (event.kind) {
    case 'turnStarted':
      return { meter: { spent, turn: spent.live ? begun(event.at) : null } };
    case 'turnEnded': {
      if (!turn) return { meter: { spent, turn: null } };
      const { callInput, callOutput, startedAt, ...counted } = turn;
      return {
        meter: { spent, turn: null },
        turn: {
          ...counted,
          model: spent.model ?? null,
          startedAt,
          endedAt: Math.max(startedAt, event.at),
          outcome: event.outcome,
          costUsd: turn.costUsd + costUsd,
          inputTokens: turn.inputTokens + callInput,
          outputTokens: turn.outputTokens + callOutput,
          error: event.outcome === 'done' ? null : (event.message?.slice(0, ERROR_CHARS) ?? null),
        },
      };
    }
    case 'message': {
      if (turn)
        return { meter: { spent, turn: withMessage({ ...turn, costUsd: turn.costUsd + costUsd }, event.message) } };
      const late = event.message.type === 'cost' && spent.live ? { costUsd, ...tokensOf(event.message) } : undefined;
      return { meter: { spent, turn: null }, ...(late ? { late } : {}) };
    }
    default:
      return { meter: { spent, turn: turn && { ...turn, costUsd: turn.costUsd + costUsd } } };
  }
}

function begun(startedAt: number): Running {
  const nothing = { costUsd: 0, inputTokens: 0, outputTokens: 0, callInput: 0, callOutput: 0, toolCalls: 0 };
  return { ...nothing, startedAt, peakContextTokens: null };
}

function withMessage(turn: Running, message: AgentMessage): Running {
  const next = { ...turn };
  if (message.spent) {
    const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens } = message.spent;
    next.callInput += inputTokens + cacheReadTokens + cacheCreationTokens;
    next.callOutput += outputTokens;
  }
  if (message.type === 'tool_call') next.toolCalls++;
  if (message.type === 'cost') {
    const told = tokensOf(message);
    Object.assign(next, { callInput: 0, callOutput: 0 });
    next.inputTokens += told.inputTokens;
    next.outputTokens += told.outputTokens;
  }
  if (message.type === 'cost' || message.type === 'usage') {
    const { contextTokens } = message.content;
    if (contextTokens !== undefined) next.peakContextTokens = Math.max(next.peakContextTokens ?? 0, contextTokens);
  }
  return next;
}

/** All that went in, cached or not. */
function tokensOf({ content }: Extract<AgentMessage, { type: 'cost' }>): { inputTokens: number; outputTokens: number } {
  const { inputTokens, outputTokens, cacheReadTokens = 0, cacheCreationTokens = 0 } = content;
  return { inputTokens: inputTokens + cacheReadTokens + cacheCreationTokens, outputTokens };
}
