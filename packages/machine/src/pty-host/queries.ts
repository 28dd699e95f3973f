const ESC = 0x1b;

/** What follows the ESC of a question; `$` = where the output ends in the middle of what may become one. */
const QUESTION = new RegExp(
  [
    String.raw`\[[?>=]?[\d;]*[cnt]`, // device attributes and status, window size
    String.raw`\[\??\d*\$p`, // modes
    String.raw`\][\d;]+\?`, // colours
    'P[$+]q', // settings
    'Z',
    '$',
    String.raw`[[\]P][^@-~]*$`,
  ]
    .map((pattern) => `\\u001b${pattern}`)
    .join('|'),
);

/**
 * Whether output may hold a question to the terminal, or the beginning of one. A program that asks waits for the answer, so a parked twin must be
 * brought back for it. Too many matches only cost a revival.
 */
export function asksTerminal(bytes: Uint8Array): boolean {
  if (!bytes.includes(ESC)) return false;
  return QUESTION.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
}
