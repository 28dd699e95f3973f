import { FromRunner, readHotLine, type SessionId } from '@agor/protocol';
import type { Line } from '@agor/runtime';
import { BAD_LINE_HEAD_CHARS, MAX_NESTING } from './limits.ts';
import { isDeeper } from './nesting.ts';

export interface GoodLine {
  readonly ok: true;
  readonly message: FromRunner;
  /** The line as it came, which is JSON. */
  readonly json: string;
}
export interface BadLine {
  readonly ok: false;
  readonly reason: string;
  readonly head: string;
  readonly bytes: number;
}

/** Reads a line of a session's runner. Never throws. */
export function parseLine(line: Line, sessionId: SessionId): GoodLine | BadLine {
  if (typeof line !== 'string')
    return { ok: false, reason: `a line of ${line.bytes} bytes is too long`, head: line.head, bytes: line.bytes };
  if (isDeeper(line, MAX_NESTING)) return bad(`nested deeper than ${MAX_NESTING} levels`, line);
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch (error) {
    return bad(`not JSON: ${(error as Error).message}`, line);
  }
  let message: FromRunner | null = readHotLine(raw);
  if (!message) {
    const parsed = FromRunner.safeParse(raw);
    if (!parsed.success) return bad(describe(parsed.error.issues[0]), line);
    message = parsed.data;
  }
  if ('sessionId' in message && message.sessionId !== undefined && message.sessionId !== sessionId)
    return bad('it speaks of another session than its own', line);
  return { ok: true, message, json: line };
}

function bad(reason: string, line: string): BadLine {
  return { ok: false, reason, head: line.slice(0, BAD_LINE_HEAD_CHARS), bytes: Buffer.byteLength(line) };
}

function describe(issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined): string {
  if (!issue) return 'no valid message';
  if (issue.path.length === 1 && issue.path[0] === 'type') return 'unknown kind of message';
  const where = issue.path.map(String).join('.');
  return where === '' ? issue.message : `${where}: ${issue.message}`;
}
