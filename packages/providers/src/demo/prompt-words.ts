/** A demo prompt taken apart: `stream seed=3 n=20 some text` is the trigger `stream`, two options and the rest. */
export interface PromptWords {
  /** The first word in lower case, without a leading slash: `/help` is `help`. */
  readonly trigger: string;
  /** The words `name=value`. */
  readonly options: ReadonlyMap<string, string>;
  /** The other words. */
  readonly words: readonly string[];
  /** Everything after the trigger, as it was written. */
  readonly rest: string;
  /** The whole prompt. */
  readonly text: string;
}

const OPTION = /^([a-z]+)=(\S*)$/;

/** What agor puts behind a prompt: a model would read it, a script goes by the person's words. */
const ANCHORS = /\n\n<session-anchors>[\s\S]*$/;

export function readPrompt(given: string): PromptWords {
  const text = given.replace(ANCHORS, '');
  const [first = '', ...others] = text.trim().split(/\s+/);
  const options = new Map<string, string>();
  const words: string[] = [];
  for (const word of others) {
    const [, name, value] = OPTION.exec(word) ?? [];
    if (name !== undefined && value !== undefined) options.set(name, value);
    else words.push(word);
  }
  const rest = text.trim().slice(first.length).trimStart();
  return { trigger: first.toLowerCase().replace(/^\//, ''), options, words, rest, text };
}

/** A number option within its bounds; the default when it is absent or no number. */
export function numberOption(
  prompt: PromptWords,
  name: string,
  { fallback, min = 0, max }: { readonly fallback: number; readonly min?: number; readonly max: number },
): number {
  const value = prompt.options.get(name);
  const number = value === undefined || value === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? Math.min(Math.max(number, min), max) : fallback;
}
