import { COMMON, type CommandSpec, type OptionSpec, type Program, usageOf } from './usage.ts';

/** Every command of a program, one a line. */
export function programHelp(program: Program): string {
  const rows = program.commands.map((spec): [string, string] => [
    usageOf(program, spec).slice(program.name.length + 1),
    spec.help,
  ]);
  return [
    `${program.name}: ${program.help}`,
    '',
    'Commands:',
    ...table([...rows, ['help [command]', 'this, or how one command is used']]),
    '',
    'With each command:',
    ...table(COMMON.map(optionRow)),
    '',
    'An id may be shortened to its first characters (4 or more). A text of - is read from standard input.',
    'Exit code: 0 done, or kept until agor is back; 1 refused or failed; 2 called the wrong way.',
  ].join('\n');
}

/** How one command is used. */
export function commandHelp(program: Program, spec: CommandSpec): string {
  const args = (spec.args ?? []).map(({ name, help, choices }): [string, string] => [
    `<${name}>`,
    [help, choices?.join(', ')].filter(Boolean).join(': '),
  ]);
  const options = [...(spec.options ?? []), ...COMMON].map(optionRow);
  const parts = [usageOf(program, spec), `  ${spec.help}`];
  if (args.some(([, help]) => help !== '')) parts.push('', ...table(args));
  return [...parts, '', ...table(options)].join('\n');
}

function optionRow({ name, short, value, choices, many, help }: OptionSpec): [string, string] {
  const word = value === undefined ? '' : ` <${value}${many ? '…' : ''}>`;
  return [`${short ? `-${short}, ` : ''}--${name}${word}`, [help, choices?.join(', ')].filter(Boolean).join(': ')];
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}
