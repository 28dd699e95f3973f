import { MAX_SIDECAR_LINE_BYTES, ToRunner } from '@agor/protocol';
import type { Line } from '@agor/runtime';

/** How much of a bad line its error quotes. */
const HEAD_CHARS = 200;

/** A line of stdin as a command; a string says what is wrong with it; null for an empty line. */
export function readCommand(line: Line): ToRunner | string | null {
  if (typeof line !== 'string') {
    return `a line of ${line.bytes} bytes is longer than ${MAX_SIDECAR_LINE_BYTES}: ${line.head.slice(0, HEAD_CHARS)}`;
  }
  if (line.trim() === '') return null;
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    return `a line is no JSON: ${line.slice(0, HEAD_CHARS)}`;
  }
  const command = ToRunner.safeParse(raw);
  if (command.success) return command.data;
  const issue = command.error.issues[0];
  const where = issue?.path.join('.') || 'type';
  return `a command is not understood (${where}: ${issue?.message}): ${line.slice(0, HEAD_CHARS)}`;
}
