import DOMPurify from 'dompurify';
import { Marked, type Token, type Tokens } from 'marked';
import { escapeHtml } from '../../../agent/markdown/render.ts';
import { slugOf, targetOf } from './doc-paths.logic.ts';

/** Where the hub gives a file of a project as it is. */
const RAW = '/project-file/';
/** Before ids of headings: a document must not take a name that the page uses. */
const ANCHOR = 'doc-';

const TAGS =
  'a p br hr h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong del b i s kbd sub sup details summary div span table thead tbody tr th td img input dl dt dd picture'.split(
    ' ',
  );

export function rawAddress(projectId: string, path: string): string {
  return `${RAW}${encodeURIComponent(projectId)}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * A renderer for one document: HTML of its own is kept as far as it is harmless; images are the project's own files, those of the web become
 * links; links keep where they lead in `data-doc` and `data-anchor` and are followed by the tab.
 */
export function docRenderer(projectId: string, path: string): (tokens: Token[]) => string {
  const marked = new Marked({
    gfm: true,
    renderer: {
      // The sanitiser takes them away; but a browser complains aloud of each that it only parses.
      html({ text }: Tokens.HTML | Tokens.Tag) {
        return text.replace(/([\s/"'])on[a-z]+\s*=/gi, '$1data-off=');
      },
      heading({ tokens, depth, text }: Tokens.Heading) {
        // Two of one name have one id: `headingOf` counts them.
        return `<h${depth} id="${escapeHtml(ANCHOR + slugOf(text))}">${this.parser.parseInline(tokens)}</h${depth}>`;
      },
      checkbox({ checked }: Tokens.Checkbox) {
        return `<input type="checkbox" disabled aria-label="${checked ? 'done' : 'to do'}"${checked ? ' checked' : ''}> `;
      },
      table(token: Tokens.Table) {
        const cell = (tag: string) => (c: { tokens: Token[] }) =>
          `<${tag}>${this.parser.parseInline(c.tokens)}</${tag}>`;
        const head = token.header.map(cell('th')).join('');
        const body = token.rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('');
        return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
      },
    },
  });
  const purify = DOMPurify(window);
  purify.addHook('afterSanitizeAttributes', (node) => {
    if (node.tagName === 'A') mendLink(node, path);
    if (node.tagName === 'IMG') mendImage(node, projectId, path);
    // Only boxes of task lists, and those change nothing.
    if (node.tagName === 'INPUT' && node.getAttribute('type') !== 'checkbox') node.remove();
    else if (node.tagName === 'INPUT') node.setAttribute('disabled', '');
    const id = node.getAttribute('id') ?? node.getAttribute('name');
    node.removeAttribute('name');
    if (id) node.setAttribute('id', id.startsWith(ANCHOR) ? id : `${ANCHOR}${id}`);
  });
  return (tokens) =>
    purify.sanitize(marked.parser(tokens), {
      ALLOWED_TAGS: TAGS,
      ALLOWED_ATTR:
        'href src alt title id name start align width height open type checked disabled aria-label colspan rowspan class'.split(
          ' ',
        ),
      ALLOWED_URI_REGEXP: /^(?!(?:javascript|vbscript|data|file|blob):)/i,
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
    });
}

function mendLink(node: Element, from: string): void {
  const href = node.getAttribute('href');
  if (href === null) return;
  const target = targetOf(href, from);
  node.removeAttribute('href');
  if (target.kind === 'nowhere') return;
  if (target.kind === 'outside') {
    node.setAttribute('href', target.href);
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noopener noreferrer');
    return;
  }
  // Followed by the tab; the address makes it a link for keyboard and screen reader.
  node.setAttribute('href', `#${ANCHOR}${encodeURIComponent(target.anchor)}`);
  if (target.kind === 'file') node.setAttribute('data-doc', target.path);
  node.setAttribute('data-anchor', target.anchor);
}

function mendImage(node: Element, projectId: string, from: string): void {
  const src = node.getAttribute('src') ?? '';
  const target = targetOf(src, from);
  const alt = node.getAttribute('alt') ?? '';
  if (target.kind === 'file') {
    node.setAttribute('src', rawAddress(projectId, target.path));
    node.setAttribute('alt', alt);
    node.setAttribute('loading', 'lazy');
    return;
  }
  // Nothing is fetched from elsewhere because a document says so: an image of the web is a link to it.
  const link = document.createElement(target.kind === 'outside' ? 'a' : 'span');
  link.textContent = alt || (target.kind === 'outside' ? target.href : 'image');
  if (target.kind === 'outside') {
    link.setAttribute('href', target.href);
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  }
  // A link in a link is no HTML: an image that is a link already keeps its words only.
  node.replaceWith(node.closest('a') ? (link.textContent ?? '') : link);
}

/** The heading that an anchor names; "usage-1" is also the second "usage", as on GitHub. */
export function headingOf(page: ParentNode, anchor: string): Element | null {
  const named = (name: string) => page.querySelectorAll(`[id="${CSS.escape(ANCHOR + name)}"]`);
  const [found] = named(anchor);
  if (found) return found;
  const numbered = /^(.*)-(\d+)$/.exec(anchor);
  return numbered ? (named(numbered[1] ?? '')[Number(numbered[2])] ?? null) : null;
}
