/** One option of a command. Without `value` it is a switch. */
export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** What stands for its value in the help, as `<n>`. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** May be given more than once, and takes every word up to the next option. */
  readonly many?: boolean;
  readonly help?: string;
}

/** One argument of a command. `rest` takes all words that are left: as one text, or as a list. */
export interface ArgumentSpec {
  readonly name: string;
  readonly help?: string;
  readonly choices?: readonly string[];
  readonly rest?: 'text' | 'list';
  readonly optional?: boolean;
}

export interface CommandSpec {
  /** One word, or two where commands belong together. */
  readonly name: string;
  readonly help: string;
  readonly args?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  readonly run: (given: Given, out: Output) => Promise<void> | void;
}

export interface Program {
  readonly name: string;
  readonly help: string;
  readonly commands: readonly CommandSpec[];
}

export interface Output {
  /** For programs: the result as one line of JSON. */
  readonly json: boolean;
}

/** Called the wrong way; the message says which way is right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was typed after a command's name. Asking for what the command does not declare is our own mistake. */
export class Given {
  constructor(
    private readonly values: ReadonlyMap<string, readonly string[]>,
    private readonly switches: ReadonlySet<string>,
  ) {}

  /** An argument or option that is always there. */
  text(name: string): string {
    const text = this.maybe(name);
    if (text === undefined) throw new Error(`${name} is not always given`);
    return text;
  }
  maybe(name: string): string | undefined {
    return this.values.get(name)?.[0];
  }
  list(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }
  has(name: string): boolean {
    return this.switches.has(name);
  }
  /** Throws `UsageError` for what is no number. */
  number(name: string): number | undefined {
    const text = this.maybe(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (text.trim() === '' || !Number.isInteger(number))
      throw new UsageError(`--${name} takes a whole number, not "${text}".`);
    return number;
  }
}

/** These go with every command. */
export const COMMON: readonly OptionSpec[] = [
  { name: 'json', help: 'the answer as one line of JSON, for programs' },
  { name: 'help', short: 'h', help: 'how it is used' },
];

/** The command that the words name, and what follows its name. Throws `UsageError`. */
export function findCommand(program: Program, words: readonly string[]): { spec: CommandSpec; rest: string[] } {
  // `--json` may stand before the command as well.
  const leading = words.findIndex((word) => !word.startsWith('-'));
  const [flags, named] = [words.slice(0, leading), words.slice(leading)];
  const [first = '', second = ''] = named;
  const pair = program.commands.find(({ name }) => name === `${first} ${second}`);
  const spec = pair ?? program.commands.find(({ name }) => name === first);
  if (spec) return { spec, rest: [...flags, ...named.slice(pair ? 2 : 1)] };
  const family = program.commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  if (family.length > 0) throw new UsageError(`${program.name} ${first} has: ${family.join(', ')}.`);
  throw new UsageError(`There is no command "${first}". \`${program.name} help\` lists them.`);
}

/**
 * Takes the words after a command's name apart. Agents write texts that begin with a dash or hold several lines: within a text only what
 * looks like an option (one word, a dash, letters) is taken for one, and after `--` nothing is. Throws `UsageError`.
 */
export function takeApart(program: Program, spec: CommandSpec, words: readonly string[]): Given {
  const options = [...COMMON, ...(spec.options ?? [])];
  const values = new Map<string, string[]>();
  const switches = new Set<string>();
  const plain: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') {
      plain.push(...words.slice(at + 1));
      break;
    }
    if (!looksLikeOption(word)) {
      plain.push(word);
      continue;
    }
    const [name = '', inline] = split(word);
    const option = options.find((one) => `--${one.name}` === name || `-${one.short}` === name);
    if (!option)
      throw new UsageError(`${program.name} ${spec.name} has no option ${name}. Put -- before a text that begins so.`);
    if (option.value === undefined) {
      switches.add(option.name);
      continue;
    }
    const taken = inline === undefined ? valuesAfter(words, at, option) : [inline];
    if (inline === undefined) at += taken.length;
    if (taken.length === 0) throw new UsageError(`${name} needs a value: ${name} <${option.value}>.`);
    for (const value of taken) requireChoice(`--${option.name}`, option.choices, value);
    values.set(option.name, [...(option.many ? (values.get(option.name) ?? []) : []), ...taken]);
  }
  if (!switches.has('help')) place(program, spec, plain, values);
  return new Given(values, switches);
}

const looksLikeOption = (word: string): boolean => /^--?[a-zA-Z][\w-]*(=|$)/.test(word);

function split(word: string): [name: string, inline: string | undefined] {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function valuesAfter(words: readonly string[], at: number, { many }: OptionSpec): string[] {
  const end = words.findIndex((word, index) => index > at && looksLikeOption(word));
  const following = words.slice(at + 1, end < 0 ? undefined : end);
  return many ? following : words.slice(at + 1, at + 2);
}

/** Gives the plain words to the command's arguments, in order. */
function place(program: Program, spec: CommandSpec, plain: readonly string[], values: Map<string, string[]>): void {
  let left = [...plain];
  for (const { name, rest, optional, choices } of spec.args ?? []) {
    const taken = rest ? left : left.slice(0, 1);
    left = left.slice(taken.length);
    if (taken.length === 0 && !optional) throw new UsageError(`<${name}> is missing: ${usageOf(program, spec)}`);
    for (const value of taken) requireChoice(name, choices, value);
    if (taken.length > 0) values.set(name, rest === 'text' ? [taken.join(' ')] : taken);
  }
  if (left.length > 0) throw new UsageError(`"${left[0]}" is too much: ${usageOf(program, spec)}`);
}

function requireChoice(name: string, choices: readonly string[] | undefined, value: string): void {
  if (choices && !choices.includes(value))
    throw new UsageError(`${name} is one of ${choices.join(', ')}, not "${value}".`);
}

/** How a command is called, in one line. */
export function usageOf(program: Program, { name, args = [], options = [] }: CommandSpec): string {
  const words = args.map(({ name: arg, rest, optional }) => {
    const shown = `${arg}${rest ? '…' : ''}`;
    return optional ? `[${shown}]` : `<${shown}>`;
  });
  return [program.name, name, ...words, ...(options.length > 0 ? ['[options]'] : [])].join(' ');
}
