import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import { gitWrites } from './git-writes.ts';
import { type SimpleCommand, simpleCommands } from './shell-words.ts';
import { type Args, operands, WRITERS } from './writers.ts';

/** What a command writes: this file, or anything within this folder. */
export interface WriteTarget {
  readonly path: string;
  readonly tree: boolean;
}

const SHELLS = new Set(['bash', 'sh', 'zsh', 'dash', 'ksh']);
/** Shells within shells that are looked into. */
const MAX_DEPTH = 3;
/** Most files of one line; of a line that names more the first ones count. */
const MAX_TARGETS = 500;
/** Words before the program that change nothing of what it writes; with `takes`, the options that have a value. */
const PREFIXES = new Map<string, readonly string[]>([
  ...['env', 'time', 'nohup', 'command', 'builtin', 'exec', 'setsid', 'then', 'do', 'else', '!', 'if', 'while'].map(
    (word): [string, readonly string[]] => [word, []],
  ),
  ['sudo', ['-u', '-g', '-C']],
  ['nice', ['-n']],
  ['timeout', ['-k', '-s']],
  ['xargs', ['-I', '-n', '-P', '-L', '-d']],
]);

/**
 * Files that a shell line writes, as far as its words tell: redirections, and the programs that agents change files with. What a program
 * of its own writes can't be known, nor a path with a variable or a pattern in it.
 */
export function shellWrites(line: string, cwd: string, depth = 0): WriteTarget[] {
  const folders = new Folders(cwd);
  const targets: WriteTarget[] = [];
  for (const command of simpleCommands(line)) {
    if (targets.length >= MAX_TARGETS) break;
    const folder = folders.of(command.subshells);
    const file = (path: string, from = folder) => targets.push({ path: resolve(from, home(path)), tree: false });
    for (const path of command.redirects) if (path !== null) file(path);
    const { program, rest } = programOf(command);
    const inner = depth < MAX_DEPTH ? [...command.inner, ...linesOf(program, rest)] : [];
    for (const text of inner) targets.push(...shellWrites(text, folder, depth + 1));
    if (program === 'cd' || program === 'pushd') folders.change(command.subshells, operands(rest)[0]);
    const { args, from } = program === 'git' ? gitPlace(rest, folder) : { args: rest, from: folder };
    const writer = program === 'git' ? gitWrites : Object.hasOwn(WRITERS, program) ? WRITERS[program] : undefined;
    const written = writer?.(operands(args), args) ?? [];
    if (written === 'tree') targets.push({ path: from, tree: true });
    else for (const path of written) file(path, from);
  }
  return targets.slice(0, MAX_TARGETS).filter(({ path }) => !path.startsWith('/dev/') && !path.startsWith('/proc/'));
}

/** Where commands run, by subshell: `cd` in one is over at its end. */
class Folders {
  readonly #folders = new Map<number, string>();

  constructor(private top: string) {}

  of(subshells: readonly number[]): string {
    const known = subshells.findLast((id) => this.#folders.has(id));
    return known === undefined ? this.top : (this.#folders.get(known) ?? this.top);
  }

  /** Without a folder that can be known it stays as it is. */
  change(subshells: readonly number[], to: string | undefined): void {
    if (to === undefined || to === '-') return;
    const folder = resolve(this.of(subshells), home(to));
    const own = subshells.at(-1);
    if (own === undefined) this.top = folder;
    else this.#folders.set(own, folder);
  }
}

function home(path: string): string {
  return path === '~' || path.startsWith('~/') ? `${homedir()}${path.slice(1)}` : path;
}

function programOf({ words }: SimpleCommand): { program: string; rest: Args } {
  let at = 0;
  while (at < words.length) {
    const word = words[at];
    if (typeof word !== 'string') break;
    const takes = PREFIXES.get(basename(word));
    if (takes) at = afterOptions(words, at + 1, takes, basename(word) === 'timeout' ? 1 : 0);
    else if (/^[A-Za-z_]\w*=/.test(word)) at++;
    else return { program: basename(word), rest: words.slice(at + 1) };
  }
  return { program: '', rest: [] };
}

/** Behind the options of a prefix, and behind so many operands of its own. */
function afterOptions(words: Args, from: number, takes: readonly string[], operandsOfIts: number): number {
  let at = from;
  while (words[at]?.startsWith('-')) at += takes.includes(words[at] ?? '') ? 2 : 1;
  return at + operandsOfIts;
}

/** Shell lines that a command is given: `sh -c`, `eval`, `find -exec`. */
function linesOf(program: string, rest: Args): string[] {
  if (program === 'eval') return rest.every((word) => word !== null) ? [rest.join(' ')] : [];
  if (!SHELLS.has(program)) return [];
  const at = rest.findIndex((word) => /^-[a-z]*c[a-z]*$/.test(word ?? ''));
  const line = at < 0 ? null : rest.slice(at + 1).find((word) => !word?.startsWith('-'));
  return typeof line === 'string' ? [line] : [];
}

/** Options of git itself; those of the place count. */
function gitPlace(rest: Args, folder: string): { args: Args; from: string } {
  let from = folder;
  let at = 0;
  while (rest[at]?.startsWith('-')) {
    const option = rest[at] ?? '';
    const value = rest[at + 1];
    if (option === '-C' && typeof value === 'string') from = resolve(from, home(value));
    if (option.startsWith('--work-tree=')) from = resolve(from, option.slice('--work-tree='.length));
    at += option === '-C' || option === '-c' ? 2 : 1;
  }
  return { args: rest.slice(at), from };
}
