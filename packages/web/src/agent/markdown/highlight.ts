import type { HighlighterCore, LanguageRegistration } from 'shiki/core';
import { escapeHtml } from './render.ts';

/** Longer code is shown plain: colouring it would hold up the page. */
const MAX_CHARS = 60_000;

/** The languages that agents write most, loaded when one is first seen. */
const languages: Record<string, () => Promise<{ default: LanguageRegistration[] }>> = {
  bash: () => import('shiki/langs/bash.mjs'),
  c: () => import('shiki/langs/c.mjs'),
  cpp: () => import('shiki/langs/cpp.mjs'),
  csharp: () => import('shiki/langs/csharp.mjs'),
  css: () => import('shiki/langs/css.mjs'),
  diff: () => import('shiki/langs/diff.mjs'),
  docker: () => import('shiki/langs/docker.mjs'),
  elixir: () => import('shiki/langs/elixir.mjs'),
  go: () => import('shiki/langs/go.mjs'),
  graphql: () => import('shiki/langs/graphql.mjs'),
  html: () => import('shiki/langs/html.mjs'),
  ini: () => import('shiki/langs/ini.mjs'),
  java: () => import('shiki/langs/java.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  jsx: () => import('shiki/langs/jsx.mjs'),
  kotlin: () => import('shiki/langs/kotlin.mjs'),
  lua: () => import('shiki/langs/lua.mjs'),
  make: () => import('shiki/langs/make.mjs'),
  markdown: () => import('shiki/langs/markdown.mjs'),
  nix: () => import('shiki/langs/nix.mjs'),
  php: () => import('shiki/langs/php.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  ruby: () => import('shiki/langs/ruby.mjs'),
  rust: () => import('shiki/langs/rust.mjs'),
  scss: () => import('shiki/langs/scss.mjs'),
  sql: () => import('shiki/langs/sql.mjs'),
  svelte: () => import('shiki/langs/svelte.mjs'),
  swift: () => import('shiki/langs/swift.mjs'),
  toml: () => import('shiki/langs/toml.mjs'),
  tsx: () => import('shiki/langs/tsx.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  vue: () => import('shiki/langs/vue.mjs'),
  xml: () => import('shiki/langs/xml.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
  zig: () => import('shiki/langs/zig.mjs'),
};

const aliases: Record<string, string> = {
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  console: 'bash',
  'c++': 'cpp',
  cs: 'csharp',
  dockerfile: 'docker',
  patch: 'diff',
  ex: 'elixir',
  golang: 'go',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  json5: 'json',
  jsonc: 'json',
  kt: 'kotlin',
  makefile: 'make',
  md: 'markdown',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  htm: 'html',
  svg: 'xml',
  yml: 'yaml',
  conf: 'ini',
  env: 'ini',
};

/** The language a name or a file's ending means, or null when it is none that is coloured. */
export function languageOf(name: string): string | null {
  const lower = name.toLowerCase();
  const id = aliases[lower] ?? lower;
  return Object.hasOwn(languages, id) ? id : null;
}

/** Most that one line may take, ms. What is over it stays as it was begun; the first line of a language also pays for its grammar. */
const LINE_LIMIT_MS = 3000;
let core: Promise<HighlighterCore> | undefined;

/** One highlighter for the page; its colours are CSS variables, so that it follows whatever theme is on. */
async function highlighter(): Promise<HighlighterCore> {
  const [{ createHighlighterCore, createCssVariablesTheme }, { createJavaScriptRegexEngine }] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
  ]);
  const theme = createCssVariablesTheme({ name: 'tokens', variablePrefix: '--shiki-', fontStyle: true });
  return createHighlighterCore({
    themes: [theme],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
}

/** Code as HTML of spans with a class per kind of token, or null when it stays plain. */
export async function highlight(code: string, lang: string): Promise<string | null> {
  const id = languageOf(lang);
  const load = id && languages[id];
  if (!id || !load || code.length > MAX_CHARS) return null;
  core ??= highlighter();
  const shiki = await core;
  await shiki.loadLanguage(load());
  const { tokens } = shiki.codeToTokens(code, { lang: id, theme: 'tokens', tokenizeTimeLimit: LINE_LIMIT_MS });
  return tokens.map((line) => lineHtml(line)).join('\n');
}

function lineHtml(tokens: readonly { content: string; color?: string }[]): string {
  let html = '';
  let open = '';
  for (const { content, color } of tokens) {
    // "var(--shiki-token-string)" → "string"; blanks keep the colour before them.
    const kind = /token-([a-z-]+)/.exec(color ?? '')?.[1] ?? '';
    if (kind !== open && content.trim() !== '') {
      if (open) html += '</span>';
      if (kind) html += `<span class="tk-${kind}">`;
      open = kind;
    }
    html += escapeHtml(content);
  }
  return open ? `${html}</span>` : html;
}
