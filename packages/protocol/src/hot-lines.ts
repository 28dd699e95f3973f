import type { z } from 'zod';
import type { BlockId, SessionId } from './ids.ts';
import type { DurableFromRunner, RunnerDelta } from './sidecar.ts';

export type AgentEventLine = Extract<z.infer<typeof DurableFromRunner>, { type: 'agent_event' }>;

const DELTA_KINDS: ReadonlySet<unknown> = new Set<RunnerDelta['kind']>(['text', 'thinking', 'toolInput', 'toolOutput']);

/**
 * The two lines that busy agents say by the thousand, checked by hand: what this accepts, the schemas accept with the same result, for a tenth
 * of the time. Null for everything else, and for whatever is in doubt: then the schema decides. @param raw parsed JSON
 */
export function readHotLine(raw: unknown): AgentEventLine | RunnerDelta | null {
  return readAgentEvent(raw) ?? readDelta(raw);
}

/** See `readHotLine`. */
export function readAgentEvent(raw: unknown): AgentEventLine | null {
  if (!isRecord(raw) || raw.type !== 'agent_event') return null;
  const { sessionId, event, blockId } = raw;
  if (!isId(sessionId) || event === undefined) return null;
  const line = { type: 'agent_event', sessionId: sessionId as SessionId, event } as const;
  if (blockId === undefined) return line;
  return isId(blockId) ? { ...line, blockId: blockId as BlockId } : null;
}

function readDelta(raw: unknown): RunnerDelta | null {
  if (!isRecord(raw) || raw.type !== 'agent_delta') return null;
  const { sessionId, blockId, kind, text, parentId, toolUseId } = raw;
  // Those of a subagent or a tool are rarer, and left to the schema.
  if (parentId !== undefined || toolUseId !== undefined) return null;
  if (!isId(sessionId) || !isId(blockId) || !DELTA_KINDS.has(kind) || typeof text !== 'string') return null;
  return {
    type: 'agent_delta',
    sessionId: sessionId as SessionId,
    blockId: blockId as BlockId,
    kind: kind as RunnerDelta['kind'],
    text,
  };
}

export function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** As the schemas of ids.ts have it. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 200;
}
