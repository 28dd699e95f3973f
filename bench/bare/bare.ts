import { LineSplitter } from '@agor/runtime';

/** A vendor's own program without agor, against the same stand-in: from the prompt to the first word of the answer, in ms. */
export interface Bare {
  /** Started for the prompt: its start counts. */
  cold(): Promise<number>;
  /** Waiting already. */
  warm(): Promise<number>;
}

export interface BarePlace {
  readonly program: string;
  readonly cwd: string;
  readonly env: Record<string, string>;
}

/** Reads lines until `look` has found something. */
export async function lines(
  stdout: ReadableStream<Uint8Array>,
  look: (line: string) => number | null,
): Promise<number> {
  const splitter = new LineSplitter();
  for await (const chunk of stdout)
    for (const line of splitter.push(chunk)) {
      const found = look(String(line));
      if (found !== null) return found;
    }
  throw new Error('the program ended without a word');
}
