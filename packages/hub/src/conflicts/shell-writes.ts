import { basename, resolve } from 'node:path';
import { type SimpleCommand, simpleCommands } from './shell-words.ts';

/** What a command writes: this file, or anything within this folder. */
export interface WriteTarget {
  readonly path: string;
  readonly tree: boolean;
}

type Writer = (args: readonly string[], known: readonly (string | null)[]) => readonly string[] | 'tree';

const WRITERS: Readonly<Record<string, Writer>> = {
  tee: (args) => args,
  touch: (args) => args,
  truncate: (args) => withoutValues(args, ['-s', '-r']),
  rm: (args) => args,
  unlink: (args) => args,
  cp: copied,
  mv: (args, known) => [...args.slice(0, -1), ...copied(args, known)],
  install: copied,
  ln: copied,
  chmod: (args) => args.slice(1),
  chown: (args) => args.slice(1),
  sed: (args, known) => (known.some((a) => /^(-[a-zA-Z]*i|--in-place)/.test(a ?? '')) ? edited(args, known) : []),
  perl: (args, known) => (known.some((a) => /^-[a-zA-Z]*i/.test(a ?? '')) ? edited(args, known) : []),
  patch: (args) => (args[0] === undefined ? 'tree' : [args[0]]),
  git: gitWrites,
};
const SHELLS = new Set(['bash', 'sh', 'zsh', 'dash']);
/** Shells within shells that are looked into. */
const MAX_DEPTH = 3;
const PREFIXES = new Set(['sudo', 'env', 'time', 'nohup', 'command', 'exec', 'then', 'do', 'else', '!']);

/**
 * Files that a shell line writes, as far as its words tell: redirections, and the programs that agents change files with. What a program
 * of its own writes can't be known, nor a path with a variable or a pattern in it.
 */
export function shellWrites(line: string, cwd: string, depth = 0): WriteTarget[] {
  let folder = cwd;
  const targets: WriteTarget[] = [];
  for (const command of simpleCommands(line)) {
    const { program, rest } = programOf(command);
    for (const path of command.redirects) if (path !== null) targets.push({ path: resolve(folder, path), tree: false });
    if (program === 'cd') folder = typeof rest[0] === 'string' ? resolve(folder, rest[0]) : folder;
    const inner = SHELLS.has(program) ? rest[rest.findIndex((a) => /^-[a-z]*c$/.test(a ?? '')) + 1] : null;
    if (typeof inner === 'string' && inner !== rest[0] && depth < MAX_DEPTH)
      targets.push(...shellWrites(inner, folder, depth + 1));
    const writer = Object.hasOwn(WRITERS, program) ? WRITERS[program] : undefined;
    if (!writer) continue;
    const from =
      program === 'git' && rest[0] === '-C' && typeof rest[1] === 'string' ? resolve(folder, rest[1]) : folder;
    const args = rest[0] === '-C' && program === 'git' ? rest.slice(2) : rest;
    const written = writer(operands(args), args);
    if (written === 'tree') targets.push({ path: from, tree: true });
    else for (const path of written) targets.push({ path: resolve(from, path), tree: false });
  }
  return targets.filter(({ path }) => !path.startsWith('/dev/') && !path.startsWith('/proc/'));
}

function programOf({ words }: SimpleCommand): { program: string; rest: readonly (string | null)[] } {
  const at = words.findIndex((w) => w === null || !(PREFIXES.has(w) || /^[A-Za-z_]\w*=/.test(w)));
  const word = words[at];
  return { program: typeof word === 'string' ? basename(word) : '', rest: words.slice(at + 1) };
}

/** Arguments that are no options; all after `--` are. */
function operands(args: readonly (string | null)[]): string[] {
  const end = args.indexOf('--');
  const before = end < 0 ? args : args.slice(0, end);
  const own = before.filter((a): a is string => a !== null && !/^-./.test(a));
  return end < 0 ? own : [...own, ...args.slice(end + 1).filter((a) => a !== null)];
}

/** The last word is what is written; into a folder, the file of the same name. */
function copied(args: readonly string[], known: readonly (string | null)[]): string[] {
  const into = args.at(-1);
  if (into === undefined || known.at(-1) === null || args.length < 2) return [];
  const isFolder = into.endsWith('/') || into === '.' || into === '..' || args.length > 2;
  return isFolder ? args.slice(0, -1).map((from) => `${into}/${basename(from)}`) : [into];
}

/** The first word is the script, unless an option brought it. */
function edited(args: readonly string[], known: readonly (string | null)[]): string[] {
  const at = known.findIndex((a) => a !== null && /^-[a-zA-Z]*[ef]$|^--(expression|file)$/.test(a));
  if (at < 0)
    return known.some((a) => a !== null && /^--(expression|file)=/.test(a)) ? [...args] : scriptless(args, known);
  return withoutValues(args, [known[at + 1] ?? '']);
}

/** A script with a variable in it is no known word, and then none of these is it. */
function scriptless(args: readonly string[], known: readonly (string | null)[]): string[] {
  const first = known.find((a) => a === null || !/^-./.test(a));
  return first === null ? [...args] : args.slice(1).filter((a) => a !== '');
}

function withoutValues(args: readonly string[], values: readonly string[]): string[] {
  return args.filter((a) => !values.includes(a));
}

/** Commands of git that change files of the work tree, and which. */
function gitWrites(args: readonly string[], known: readonly (string | null)[]): readonly string[] | 'tree' {
  const [command, ...rest] = args;
  const has = (...options: string[]) => known.some((a) => a !== null && options.includes(a));
  switch (command) {
    case 'checkout': {
      const end = known.indexOf('--');
      if (end >= 0) return known.slice(end + 1).filter((a) => a !== null);
      return has('-b', '-B') ? [] : 'tree';
    }
    case 'restore':
      return has('--staged', '-S') && !has('--worktree', '-W') ? [] : rest;
    case 'rm':
    case 'mv':
      return rest;
    case 'stash':
      return ['list', 'show', 'drop', 'clear', 'branch'].includes(rest[0] ?? '') ? [] : 'tree';
    case 'reset':
      return has('--hard', '--merge', '--keep') ? 'tree' : [];
    case 'apply':
      return has('--check', '--stat', '--cached') ? [] : 'tree';
    case 'switch':
      return has('-c', '-C') ? [] : 'tree';
    case 'am':
    case 'cherry-pick':
    case 'clean':
    case 'merge':
    case 'pull':
    case 'rebase':
    case 'revert':
      return 'tree';
    default:
      return [];
  }
}
