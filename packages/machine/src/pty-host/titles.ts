import { basename } from 'node:path';

const MAX_PATH_CHARS = 4096;

/** What a terminal is called that neither its program nor the person named. */
export function defaultTitle(program: string): string {
  return basename(program);
}

/** The folder in an OSC 7 (`file://host/path`), or null when it says none. */
export function folderOf(osc7: string): string | null {
  const path = /^file:\/\/[^/]*(\/.*)$/s.exec(osc7)?.[1];
  if (path === undefined || path.length > MAX_PATH_CHARS) return null;
  try {
    return decodeURIComponent(path);
  } catch {
    return null; // a stray percent sign: no URL
  }
}

/** The face's own colours, dark and light: text, background, cursor. */
const DARK = ['cdcd/d6d6/f4f4', '1e1e/1e1e/2e2e', 'f5f5/e0e0/dcdc'] as const;
const LIGHT = ['4c4c/4f4f/6969', 'efef/f1f1/f5f5', 'dcdc/8a8a/7878'] as const;

/** The answer to "which colour is it" (OSC 10 text, 11 background, 12 cursor). `COLORFGBG` ends in the background's number, as programs expect it. */
export function colorAnswer(osc: 10 | 11 | 12, colorFgBg: string | undefined): string {
  const background = Number(/(\d+)$/.exec(colorFgBg ?? '')?.[1] ?? 0);
  const isLight = background === 7 || background >= 9;
  return `\x1b]${osc};rgb:${(isLight ? LIGHT : DARK)[osc - 10]}\x1b\\`;
}
