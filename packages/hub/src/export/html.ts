import { createHash } from 'node:crypto';
import { type Entry, entriesOf } from './entries.ts';
import type { ExportSource } from './source.ts';
import { timeOf, visible } from './visible.ts';

const CSS = `:root{color-scheme:light dark;--ground:#fff;--raised:#f2f3f5;--text:#1c1e21;--dim:#5a5f68;--line:#d4d7dc;--accent:#1a4fa3;--bad:#a3161c}
@media (prefers-color-scheme:dark){:root{--ground:#16171b;--raised:#212329;--text:#e6e7ea;--dim:#a5abb6;--line:#3a3d45;--accent:#8fb8ff;--bad:#ff9a9e}}
body{margin:0 auto;max-width:56rem;padding:1.5rem 1rem 4rem;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:.9rem;margin:0 0 .25rem;color:var(--dim)}
header p{color:var(--dim);overflow-wrap:anywhere}article{margin:1rem 0;unicode-bidi:isolate}
article.you{border-inline-start:3px solid var(--accent);padding-inline-start:.75rem}
.text,pre{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;margin:.25rem 0}
pre{background:var(--raised);border:1px solid var(--line);border-radius:.375rem;padding:.5rem .75rem;font:.85rem/1.45 ui-monospace,monospace;max-height:40rem;overflow:auto}
details{margin:.25rem 0}summary{cursor:pointer;overflow-wrap:anywhere}summary code{color:var(--dim)}
.note,.thinking{color:var(--dim)}.bad summary{color:var(--bad)}.inside{margin-inline-start:1.5rem}
img{max-width:100%;height:auto;border:1px solid var(--line);border-radius:.375rem}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}`;

/** Nothing is loaded and nothing runs: only this very style sheet counts, and images that are in the file. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(CSS).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'`;

/** The session as one page that needs nothing else: no script, no network. */
export function* html(source: ExportSource): Generator<string> {
  const { state } = source;
  const facts = [state.provider, state.model, state.cwd, timeOf(state.createdAt)].filter(Boolean).map(String);
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${escaped(state.title)}</title><style>${CSS}</style></head>
<body><main><header><h1>${escaped(state.title)}</h1><p>${facts.map(escaped).join(' · ')}</p></header>
`;
  for (const entry of entriesOf(source)) yield `${render(entry, source)}\n`;
  yield '</main></body></html>\n';
}

function render(entry: Entry, source: ExportSource): string {
  const images = (refs: Extract<Entry, { kind: 'you' }>['images']) => refs.map((ref) => image(ref, source)).join('');
  switch (entry.kind) {
    case 'you':
      return `<article class="you"><h2>You, ${timeOf(entry.at)}</h2>${text(entry.text)}${images(entry.images)}</article>`;
    case 'agent':
      return `<article class="agent${entry.inside ? ' inside' : ''}">${text(entry.text)}</article>`;
    case 'thinking':
      return `<details class="thinking"><summary>Thinking</summary>${text(entry.text)}</details>`;
    case 'tool':
      return `<details class="tool"><summary><b>${escaped(entry.name)}</b> <code>${escaped(entry.title)}</code></summary>${pre(entry.input)}</details>`;
    case 'output': {
      const diffs = entry.diffs.map(({ path, patch }) => `<p><code>${escaped(path)}</code></p>${pre(patch)}`).join('');
      const words = entry.isError ? 'Failed' : 'Output';
      const body = `${entry.text === '' ? '' : pre(entry.text)}${diffs}${images(entry.images)}`;
      return `<details class="output${entry.isError ? ' bad' : ''}"><summary>${words}</summary>${body}</details>`;
    }
    case 'note':
      return `<article class="note">${text(entry.text)}</article>`;
  }
}

function image(ref: Parameters<ExportSource['image']>[0], source: ExportSource): string {
  const data = source.image(ref);
  if (data === null)
    return `<p class="note">[image: ${escaped(ref.mediaType)}, ${ref.size} bytes, not in this file]</p>`;
  return `<p><img alt="Image of this message" src="${data}"></p>`;
}

function text(value: string): string {
  return `<div class="text">${escaped(value)}</div>`;
}

/** Reached by keyboard, because a long one scrolls. */
function pre(value: string): string {
  return `<pre tabindex="0">${escaped(value)}</pre>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(value: string): string {
  return visible(value).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
