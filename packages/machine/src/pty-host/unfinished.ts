import { MAX_UNFINISHED_BYTES } from './limits.ts';

const ESC = 0x1b;
const GROUND = 0;
/** States of xterm's parser up to this one run control characters inside a sequence at once (ESC …, CSI …). */
const LAST_RUNNING_STATE = 6;

/**
 * The sequence that a stream ends in the middle of. `before` is what was unfinished before `bytes`; `state` is the parser's after them.
 * Every ESC begins a new sequence, whatever it interrupts, and so do the eight-bit introducers: the last of them is the start.
 */
export function unfinishedSequence(before: Uint8Array, bytes: Uint8Array, state: number): Uint8Array {
  // A character has four bytes at most, so a huge chunk need not be copied for its end.
  const start = state === GROUND ? startOfCharacter(bytes) : startOfSequence(bytes);
  const found = start >= 0 ? bytes.slice(start) : join(before, bytes);
  const bounded = found.byteLength > MAX_UNFINISHED_BYTES ? found.slice(0, MAX_UNFINISHED_BYTES) : found;
  return state > GROUND && state <= LAST_RUNNING_STATE ? withoutControls(bounded) : bounded;
}

/** What is left of the limit is taken, the rest left out: a picture or a clipboard of that size is lost to a client that joins in its middle. */
function join(before: Uint8Array, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([before, bytes.subarray(0, MAX_UNFINISHED_BYTES - before.byteLength)]);
}

function startOfSequence(bytes: Uint8Array): number {
  const lastEscape = bytes.lastIndexOf(ESC);
  for (let at = bytes.lastIndexOf(0xc2); at > lastEscape; at = bytes.lastIndexOf(0xc2, at - 1)) {
    if (isIntroducer(bytes[at + 1])) return at;
    if (at === 0) break;
  }
  return lastEscape;
}

/** DCS, SOS, CSI, OSC, PM and APC as one character each; its first byte in UTF-8 is 0xc2. */
function isIntroducer(second: number | undefined): boolean {
  return (
    second === 0x90 || second === 0x98 || second === 0x9b || (second !== undefined && second >= 0x9d && second <= 0x9f)
  );
}

function startOfCharacter(bytes: Uint8Array): number {
  for (let at = bytes.byteLength - 1; at >= Math.max(0, bytes.byteLength - 4); at--) {
    if ((bytes[at] ?? 0) >= 0xc0) return at;
  }
  return -1;
}

/** They have been run already, and would be run twice. */
function withoutControls(sequence: Uint8Array): Uint8Array {
  return sequence.filter((byte, at) => at === 0 || byte >= 0x20);
}
