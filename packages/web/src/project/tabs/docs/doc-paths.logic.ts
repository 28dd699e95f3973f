/** Where a link of a document leads. */
export type DocTarget =
  | { readonly kind: 'outside'; readonly href: string }
  | { readonly kind: 'anchor'; readonly anchor: string }
  | { readonly kind: 'file'; readonly path: string; readonly anchor: string }
  | { readonly kind: 'nowhere' };

const MARKDOWN = /\.(?:md|markdown|mdx)$/i;

export function isMarkdown(path: string): boolean {
  return MARKDOWN.test(path);
}

/** Where `href` in the document at `from` leads; what would leave the project, or is no address of the web or of mail, leads nowhere. */
export function targetOf(href: string, from: string): DocTarget {
  if (/^(?:https?:|mailto:)/i.test(href)) return { kind: 'outside', href };
  if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith('//')) return { kind: 'nowhere' };
  const [address = '', fragment = ''] = href.split('#', 2);
  const anchor = decoded(fragment);
  const [written = ''] = address.split('?', 1);
  if (written === '') return anchor ? { kind: 'anchor', anchor } : { kind: 'nowhere' };
  const path = resolvePath(decoded(written), from);
  return path ? { kind: 'file', path, anchor } : { kind: 'nowhere' };
}

/** A path as it is written in the document at `from`, from the project's folder on; null when it is outside. `/` begins at the project's folder. */
function resolvePath(written: string, from: string): string | null {
  const parts = written.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const part of written.split('/')) {
    if (part === '..' && parts.pop() === undefined) return null;
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  return parts.join('/') || null;
}

/** A heading's anchor, as GitHub makes it. */
export function slugOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/** The documents in the order in which people look for them: README, what agents read, other files of the top, then folder by folder. */
export function sortDocs(paths: readonly string[]): string[] {
  const rank = (path: string) => {
    if (/^readme\.[a-z]+$/i.test(path)) return 0;
    if (/^(?:CLAUDE|AGENTS|GEMINI)\.md$/i.test(path)) return 1;
    if (!path.includes('/')) return 2;
    return path.startsWith('docs/') ? 3 : 4;
  };
  return [...paths].filter(isMarkdown).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // written with a bare "%": taken as it is
  }
}
