import { MAX_SIDECAR_LINE_BYTES } from '@agor/protocol';
import type { RunnerLine } from './types.ts';

/** A line of at most this many UTF-16 units fits MAX_SIDECAR_LINE_BYTES, whatever stands in it: each takes at most 3 bytes of UTF-8. */
const SURE_CHARS = Math.floor(MAX_SIDECAR_LINE_BYTES / 3);
/** To what length the texts in an over-long line are cut, tried in this order. */
const CUTS: readonly number[] = [4 * 1024 * 1024, 1024 * 1024, 64 * 1024, 1024];
const HEAD_CHARS = 4_096;

/**
 * A line as JSON that the machine accepts. The texts in an over-long one are cut and say so: better a shorter tool output than one that is
 * thrown away with the whole event.
 */
export function fitLine(line: RunnerLine): string {
  const json = JSON.stringify(line);
  if (fits(json)) return json;
  for (const limit of CUTS) {
    const cut = JSON.stringify(line, (_key, value: unknown) =>
      typeof value === 'string' ? cutText(value, limit) : value,
    );
    if (fits(cut)) return cut;
  }
  const message = `agor: a line "${line.type}" of ${json.length} characters is too long to be kept; it began: ${json.slice(0, HEAD_CHARS)}`;
  return JSON.stringify({ type: 'error', sessionId: 'sessionId' in line ? line.sessionId : undefined, message });
}

function fits(json: string): boolean {
  return json.length <= SURE_CHARS || Buffer.byteLength(json) < MAX_SIDECAR_LINE_BYTES;
}

function cutText(text: string, limit: number): string {
  return text.length <= limit
    ? text
    : `${text.slice(0, limit)}\n[agor: ${text.length - limit} more characters were cut]`;
}
