import { isAbsolute, relative } from 'node:path';

const MAX_TITLE_CHARS = 300;

/** A path as people say it: from the project's folder when it lies in there. */
export function shortPath(cwd: string, path: string): string {
  if (cwd === '' || !isAbsolute(path)) return path;
  const inside = relative(cwd, path);
  return inside === '' ? '.' : inside.startsWith('..') ? path : inside;
}

export function oneLine(text: string): string {
  const line = text.trim().replace(/\s*\n\s*/g, ' ↵ ');
  return line.length > MAX_TITLE_CHARS ? `${line.slice(0, MAX_TITLE_CHARS - 1)}…` : line;
}

const SHELL = /^(?:\S*\/)?(?:bash|zsh|sh|dash) -l?c (.+)$/s;
/** One word as Codex quotes it: pieces in single or double quotes, escaped characters and bare ones, without a space between. */
const QUOTED = /^(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+$/s;
const PIECE = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/gs;

/** What the model asked for, of a command that Codex put into a shell: `/bin/bash -lc 'npm test'` is `npm test`. */
export function bareCommand(command: string): string {
  const [, script] = SHELL.exec(command) ?? [];
  if (script === undefined || !QUOTED.test(script)) return command;
  return script.replace(
    PIECE,
    (_all, single?: string, double?: string, escaped?: string, bare?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? bare ?? '',
  );
}

/** The files of a patch in one line. */
export function filesTitle(cwd: string, paths: readonly string[]): string {
  const [first, ...others] = [...new Set(paths.map((path) => shortPath(cwd, path)))];
  if (first === undefined) return 'no file';
  return others.length === 0
    ? first
    : others.length === 1
      ? `${first}, ${others[0]}`
      : `${first} and ${others.length} more`;
}
