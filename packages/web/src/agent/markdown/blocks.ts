import type { Token } from 'marked';
import { inOrder } from '../../ui/visible.ts';
import { lex } from './lex.ts';
import { renderPlain, renderTokens } from './render.ts';

/** A top-level piece of a markdown text. Code is kept apart: it is highlighted and copied. */
export type MarkdownBlock =
  | { readonly kind: 'html'; readonly html: string }
  | { readonly kind: 'code'; readonly code: string; readonly lang: string };

/**
 * Markdown that grows: only the last piece is read again when text is added, since everything before it is settled. Made
 * once for a message; `take` gives the same array elements for pieces that did not change.
 */
export class GrowingMarkdown {
  #text = '';
  /** Where the piece begins that may still change. */
  #tailAt = 0;
  #settled: MarkdownBlock[] = [];
  #blocks: readonly MarkdownBlock[] = [];

  /** `render` makes sanitised HTML of tokens. */
  constructor(private readonly render: (tokens: Token[]) => string = renderMessage) {}

  take(text: string): readonly MarkdownBlock[] {
    if (text === this.#text) return this.#blocks;
    if (!text.startsWith(this.#text)) this.#restart();
    const tokens = lexed(text.slice(this.#tailAt));
    this.#text = text;
    const last = tokens.findLastIndex(({ type }) => type !== 'space');
    const settled = tokens.slice(0, Math.max(0, last));
    this.#settled.push(...settled.flatMap((token) => this.#toBlock(token)));
    this.#tailAt += settled.reduce((length, { raw }) => length + raw.length, 0);
    this.#blocks = [...this.#settled, ...tokens.slice(Math.max(0, last)).flatMap((token) => this.#toBlock(token))];
    return this.#blocks;
  }

  #restart(): void {
    this.#text = '';
    this.#tailAt = 0;
    this.#settled = [];
  }

  #toBlock(token: Token): MarkdownBlock[] {
    if (token.type === 'space' || token.type === 'def') return [];
    if (token.type === 'code')
      return [{ kind: 'code', code: token.text, lang: token.lang?.trim().split(/\s/)[0] ?? '' }];
    const html = withinDepth(() => this.render([token]));
    return [html === null ? asWritten(token.raw) : { kind: 'html', html: inOrder(html) }];
  }
}

function lexed(text: string): Token[] {
  return withinDepth(() => lex(text)) ?? [{ type: 'code', raw: text, text }];
}

function asWritten(text: string): MarkdownBlock {
  return { kind: 'code', code: text, lang: '' };
}

/** Null for what is nested deeper than the stack of calls is: nobody means that, but an agent can write it. */
function withinDepth<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function renderMessage(tokens: Token[]): string {
  const [only] = tokens;
  return (tokens.length === 1 && only && renderPlain(only)) || renderTokens(tokens);
}
