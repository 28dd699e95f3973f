import { basename } from 'node:path';

/** Words behind a program; null for one that only the shell can know. */
export type Args = readonly (string | null)[];
/** What a program writes, by its operands and all its words: files, or anything in its folder. */
export type Writer = (args: readonly string[], known: Args) => readonly string[] | 'tree';

/** Programs, other than git, that agents change files with. */
export const WRITERS: Readonly<Record<string, Writer>> = {
  tee: (args) => args,
  sponge: (args) => args,
  touch: (args, known) => withoutValuesOf(args, known, ['-d', '-t', '-r']),
  truncate: (args, known) => withoutValuesOf(args, known, ['-s', '-r']),
  rm: (args) => args,
  rmdir: (args) => args,
  unlink: (args) => args,
  shred: (args, known) => withoutValuesOf(args, known, ['-n', '-s']),
  cp: copied,
  mv: (args, known) => [...sources(args, known), ...copied(args, known)],
  install: copied,
  ln: copied,
  rsync: copied,
  chmod: (args, known) => (isSymbolic(known) ? args : args.slice(1)),
  chown: (args) => args.slice(1),
  chgrp: (args) => args.slice(1),
  dd: (args) => args.flatMap((arg) => (arg.startsWith('of=') ? [arg.slice(3)] : [])),
  sed: (args, known) => (has(known, /^(-[a-zA-Z]*i|--in-place)/) ? edited(args, known) : []),
  perl: (args, known) => (has(known, /^-[a-zA-Z]*i/) ? edited(args, known) : []),
  ruby: (args, known) => (has(known, /^-[a-zA-Z]*i/) ? edited(args, known) : []),
  awk: awkWrites,
  gawk: awkWrites,
  sort: (_, known) => valuesOf(known, ['-o', '--output']),
  curl: (_, known) => valuesOf(known, ['-o', '--output']),
  wget: (_, known) => valuesOf(known, ['-O', '--output-document']),
  patch: (args, known) => patched(args, known),
  unzip: () => 'tree',
  tar: (args, known) =>
    isExtracting(args, known) ? 'tree' : valuesOf(known, ['-f', '--file'], /^-?[a-zA-Z]*c[a-zA-Z]*f$/),
};

/** Arguments that are no options; all after `--` are. */
export function operands(args: Args): string[] {
  const end = args.indexOf('--');
  const before = end < 0 ? args : args.slice(0, end);
  const own = before.filter((a): a is string => a !== null && !/^-./.test(a));
  return end < 0 ? own : [...own, ...args.slice(end + 1).filter((a) => a !== null)];
}

export function has(known: Args, option: RegExp): boolean {
  return known.some((a) => a !== null && option.test(a));
}

/** Values of options: `-o x`, `--output x`, `--output=x`. */
function valuesOf(known: Args, options: readonly string[], cluster?: RegExp): string[] {
  return known.flatMap((a, at) => {
    if (a === null) return [];
    const value = known[at + 1];
    if ((options.includes(a) || cluster?.test(a)) && typeof value === 'string') return [value];
    const long = options.find((option) => option.startsWith('--') && a.startsWith(`${option}=`));
    return long === undefined ? [] : [a.slice(long.length + 1)];
  });
}

function withoutValuesOf(args: readonly string[], known: Args, options: readonly string[]): string[] {
  const values = valuesOf(known, options);
  return args.filter((a) => !values.includes(a));
}

/** `-t folder` names the place first. */
function target(known: Args): string | undefined {
  return valuesOf(known, ['-t', '--target-directory'])[0];
}

function sources(args: readonly string[], known: Args): readonly string[] {
  const into = target(known);
  return into === undefined ? args.slice(0, known.at(-1) === null ? undefined : -1) : args.filter((a) => a !== into);
}

/** The last word is what is written; into a folder, the file of the same name. */
function copied(args: readonly string[], known: Args): string[] {
  const named = target(known);
  if (named !== undefined) return sources(args, known).map((from) => `${named}/${basename(from)}`);
  const into = args.at(-1);
  if (into === undefined || known.at(-1) === null || args.length < 2) return [];
  const isFolder = into.endsWith('/') || into === '.' || into === '..' || args.length > 2;
  return isFolder ? args.slice(0, -1).map((from) => `${into}/${basename(from)}`) : [into];
}

/** `chmod -w file`: the mode looks like an option, and is none of the operands. */
function isSymbolic(known: Args): boolean {
  return has(known, /^-[rwxXst]+$/);
}

/** The first word is the script, unless an option brought it. */
function edited(args: readonly string[], known: Args): string[] {
  const at = known.findIndex((a) => a !== null && /^-[a-zA-Z]*[ef]$|^--(expression|file)$/.test(a));
  if (at < 0) return has(known, /^--(expression|file)=/) ? [...args] : scriptless(args, known);
  const scripts = known.flatMap((a, i) =>
    a !== null && /^-[a-zA-Z]*[ef]$|^--(expression|file)$/.test(a) ? [known[i + 1]] : [],
  );
  return args.filter((a) => !scripts.includes(a));
}

/** A script with a variable in it is no known word, and then none of these is it. */
function scriptless(args: readonly string[], known: Args): string[] {
  const first = known.find((a) => a === null || !/^-./.test(a));
  // BSD's sed takes the empty suffix as a word of its own.
  return first === null ? [...args] : args.slice(args[0] === '' ? 2 : 1);
}

function awkWrites(args: readonly string[], known: Args): string[] {
  return known.some((a, at) => a === 'inplace' && known[at - 1] === '-i') ? args.slice(2) : [];
}

function patched(args: readonly string[], known: Args): readonly string[] | 'tree' {
  if (has(known, /^--dry-run$/)) return [];
  const own = withoutValuesOf(args, known, ['-i', '-d', '-o']);
  return own[0] === undefined ? 'tree' : [own[0]];
}

function isExtracting(args: readonly string[], known: Args): boolean {
  return has(known, /^-[a-zA-Z]*x|^--extract$/) || /^[a-zA-Z]*x[a-zA-Z]*$/.test(args[0] ?? '');
}
