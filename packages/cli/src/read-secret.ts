import { EXIT, Failure } from './failure.ts';

const ENDS = new Set(['\r', '\n', '\u0004']);
const INTERRUPT = '\u0003';
const ERASE = new Set(['\u007f', '\b']);

/** A secret from a pipe, without the line end that `echo` adds, or typed at a terminal that does not show it. */
export async function readSecret(question: string): Promise<string> {
  if (!process.stdin.isTTY) return (await Bun.stdin.text()).replace(/\r?\n$/, '');
  process.stderr.write(question);
  process.stdin.setRawMode(true);
  try {
    return await typed();
  } finally {
    process.stdin.setRawMode(false);
    process.stderr.write('\n');
  }
}

async function typed(): Promise<string> {
  let value = '';
  const decoder = new TextDecoder();
  for await (const chunk of process.stdin) {
    for (const char of decoder.decode(chunk as Uint8Array, { stream: true })) {
      if (char === INTERRUPT) throw new Failure('Nothing was set.', EXIT.usage);
      if (ENDS.has(char)) return value;
      value = ERASE.has(char) ? value.slice(0, -1) : value + char;
    }
  }
  return value;
}
