import DOMPurify from 'dompurify';
import { Marked, type Token } from 'marked';

/** Tags of raw HTML that do something useful in an agent's text; any other is shown as it was written. */
const PLAIN_TAG = /^<\/?(?:br|kbd|sub|sup|b|i|em|strong|details|summary|hr)\s*\/?>$/i;

const marked = new Marked({
  gfm: true,
  renderer: {
    html({ text }) {
      return text.replace(/<[^>]*>?/g, (tag) => (PLAIN_TAG.test(tag) ? tag : escapeHtml(tag)));
    },
    // Nothing is fetched from elsewhere because an agent wrote it: an image is a link to it.
    image({ href, text }) {
      return `<a href="${escapeHtml(href)}">${escapeHtml(text || href)}</a>`;
    },
    checkbox({ checked }) {
      return checked ? '☑ ' : '☐ ';
    },
    table(token) {
      const cell = (tag: string) => (c: { tokens: Token[] }) => `<${tag}>${this.parser.parseInline(c.tokens)}</${tag}>`;
      const head = token.header.map(cell('th')).join('');
      const body = token.rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('');
      return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
    },
  },
});

const purify = DOMPurify(window);
purify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A') return;
  if (!node.hasAttribute('href')) return;
  node.setAttribute('target', '_blank');
  node.setAttribute('rel', 'noopener noreferrer');
});

const ALLOWED_TAGS =
  'a p br hr h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong del b i kbd sub sup details summary div table thead tbody tr th td'.split(
    ' ',
  );

/**
 * A paragraph of plain text as the same HTML that `renderTokens` makes of it, without a parser and a sanitiser: most of what
 * is scrolled by. Null where anything but plain text is in it.
 */
export function renderPlain(token: Token): string | null {
  if (token.type !== 'paragraph' || !token.tokens) return null;
  // An entity (`&lt;`) is not to be escaped again.
  if (token.tokens.some(({ type, raw }) => type !== 'text' || raw.includes('&'))) return null;
  return `<p>${escapeHtml(token.tokens.map(({ raw }) => raw).join(''))}</p>`;
}

/** Markdown tokens as HTML that may be put into the page: no scripts, no styles, no images, no links but to the web and to mail. */
export function renderTokens(tokens: Token[]): string {
  return purify.sanitize(marked.parser(tokens), {
    ALLOWED_TAGS,
    ALLOWED_ATTR: ['href', 'start', 'class', 'target', 'rel'],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
