import { Marked, type Token } from 'marked';

/** Lists and quotes in each other beyond this are text: nobody reads them, and each level reads all that is in it again. */
const MAX_NESTED = 30;
/**
 * `*`, `_` and `~` in one run of text beyond this are letters: at each of them the parser looks through all that follow it, which is
 * a page that stands still for many seconds with a message of 40 KB.
 */
const MAX_MARKS = 1_000;
/** Text up to the next thing that is none. */
const TEXT = /^[\s\S][^\\<![`]*/;

const marked = new Marked();

/** The parser's own, with an end to what grows with the square of a text. Made for one text. */
class Bounded extends marked.Tokenizer {
  #nested = 0;
  /** Whether the run at which the parser stands has too many marks. */
  #tooMany = false;
  /** What was counted, by the run: the parser asks again at each mark in it. */
  readonly #counted = new Map<string, boolean>();

  override blockquote(src: string) {
    return this.#within(() => super.blockquote(src));
  }

  override list(src: string) {
    return this.#within(() => super.list(src));
  }

  override emStrong(src: string, run: string, before?: string) {
    this.#tooMany = run.length > MAX_MARKS && this.#hasTooMany(run);
    return this.#tooMany ? undefined : super.emStrong(src, run, before);
  }

  override del(src: string, run: string, before?: string) {
    return this.#tooMany ? undefined : super.del(src, run, before);
  }

  /** Asked last at each place, after `emStrong`. */
  override inlineText(src: string) {
    const plain = this.#tooMany ? TEXT.exec(src)?.[0] : undefined;
    if (plain === undefined) return super.inlineText(src);
    return { type: 'text' as const, raw: plain, text: plain, escaped: false };
  }

  #hasTooMany(run: string): boolean {
    const counted = this.#counted.get(run) ?? (run.match(/[*_~]/g)?.length ?? 0) > MAX_MARKS;
    this.#counted.set(run, counted);
    return counted;
  }

  #within<T>(read: () => T): T | undefined {
    if (this.#nested >= MAX_NESTED) return undefined;
    this.#nested++;
    try {
      return read();
    } finally {
      this.#nested--;
    }
  }
}

/** The pieces of a markdown text, in time that grows with the text, whatever was written to make it stand still. */
export function lex(text: string): Token[] {
  return marked.lexer(text, { ...marked.defaults, tokenizer: new Bounded() });
}
