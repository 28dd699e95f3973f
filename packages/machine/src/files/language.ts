import { basename, extname } from 'node:path';

const LANGUAGES: Readonly<Record<string, string>> = {
  rs: 'rust',
  ts: 'typescript',
  tsx: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  js: 'javascript',
  jsx: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  py: 'python',
  svelte: 'svelte',
  html: 'html',
  htm: 'html',
  css: 'css',
  scss: 'css',
  less: 'css',
  json: 'json',
  jsonc: 'json',
  toml: 'toml',
  yaml: 'yaml',
  yml: 'yaml',
  md: 'markdown',
  markdown: 'markdown',
  sh: 'bash',
  bash: 'bash',
  zsh: 'bash',
  sql: 'sql',
  xml: 'xml',
  csv: 'csv',
  dockerfile: 'dockerfile',
};

/** The formats of spec §2.10 that are shown by other means than text, or not at all. */
const BINARY = new Set(
  (
    'png jpg jpeg gif bmp ico webp avif tiff svg pdf zip tar gz tgz bz2 xz zst 7z rar jar mp3 mp4 m4a wav ogg flac avi mov mkv webm ' +
    'woff woff2 ttf otf eot exe dll so dylib bin o a class pyc wasm sqlite db'
  ).split(' '),
);

/** The id of the language of a file, by its name; `text` when it is none that we know. */
export function languageOf(path: string): string {
  const name = basename(path).toLowerCase();
  if (name === 'dockerfile' || name.startsWith('dockerfile.')) return 'dockerfile';
  return LANGUAGES[extname(name).slice(1)] ?? 'text';
}

/** The extension of a format that is no text, or null. */
export function binaryFormatOf(path: string): string | null {
  const ext = extname(path).slice(1).toLowerCase();
  return BINARY.has(ext) ? ext : null;
}
