import { createHash } from 'node:crypto';
import type { AskId, Prompt, PromptId, SessionId } from '@agor/protocol';
import type { TraceparentOf } from '../agent-context/index.ts';

/** A span's place, as W3C writes it: hexadecimal, lower case. */
export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
}

/** Whether whoever began the trace records it. */
const SAMPLED = 0x01;

/** As the protocol's schema of that name says, without loading the protocol. */
export function isTraceparent(value: unknown): value is string {
  return typeof value === 'string' && /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(value);
}

/**
 * Names the span of the turn that this prompt begins, before there is one. Ids are made from what is in the log, not drawn: so a span has
 * the same id for whoever names it, also after a restart of the hub, and none has to be stored.
 */
export const traceparentOf: TraceparentOf = (prompt, { sessionId, seq, steer }) => {
  const spanId = steer ? promptSpan(prompt.id) : turnSpan(sessionId, seq);
  const flags = prompt.trace ? prompt.trace.parent.slice(-2) : '01';
  return `00-${traceOf(prompt)}-${spanId}-${flags}`;
};

/** The trace that a prompt belongs to: its client's, or one of its own. */
export function traceOf(prompt: Pick<Prompt, 'id' | 'trace'>): string {
  return prompt.trace ? prompt.trace.parent.slice(3, 35) : hashed(16, 'trace', prompt.id);
}

/** The span that the client names as the prompt's parent; null when the prompt begins its trace. */
export function clientSpan({ trace }: Pick<Prompt, 'trace'>): string | null {
  return trace ? trace.parent.slice(36, 52) : null;
}

/** False: who began the trace does not record it, and neither do we. */
export function isSampled({ trace }: Pick<Prompt, 'trace'>): boolean {
  return !trace || (Number.parseInt(trace.parent.slice(-2), 16) & SAMPLED) !== 0;
}

/** The span of a prompt, from its being taken to the end of its turn. */
export function promptSpan(id: PromptId): string {
  return hashed(8, 'prompt', id);
}

/** The span of the turn that the prompt begins which was sent with this event; or of one that the agent began by itself with it. */
export function turnSpan(sessionId: SessionId, seq: number): string {
  return hashed(8, 'turn', sessionId, String(seq));
}

/** The trace of a turn that the agent began by itself. */
export function turnTrace(sessionId: SessionId, seq: number): string {
  return hashed(16, 'trace', sessionId, String(seq));
}

function hashed(bytes: number, ...parts: string[]): string {
  return createHash('sha256')
    .update(JSON.stringify(parts))
    .digest('hex')
    .slice(0, bytes * 2);
}

/** The span of a model's call that was told with this event. */
export function chatSpan(sessionId: SessionId, seq: number): string {
  return hashed(8, 'chat', sessionId, String(seq));
}

/** The span of a tool's call. */
export function toolSpan(sessionId: SessionId, toolUseId: string): string {
  return hashed(8, 'tool', sessionId, toolUseId);
}

/** The span of an ask, from its being asked to its end. */
export function askSpan(id: AskId): string {
  return hashed(8, 'ask', id);
}

/** A place of its own for what belongs to no prompt. */
export function newPlace(): SpanPlace {
  const hex = crypto.randomUUID().replaceAll('-', '') + crypto.randomUUID().replaceAll('-', '');
  return { traceId: hex.slice(0, 32), spanId: hex.slice(32, 48) };
}
