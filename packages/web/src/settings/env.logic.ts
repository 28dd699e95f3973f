import { isShowable, keptName } from '@agor/protocol';

export type Env = Readonly<Record<string, string>>;

/** How a value is edited: kept by the hub and not to be seen, a reference in sight, or typed here and not saved yet. */
export function kindOf(value: string): 'kept' | 'reference' | 'typed' {
  if (keptName(value) !== null) return 'kept';
  return value !== '' && isShowable(value) ? 'reference' : 'typed';
}

/** What is named: a variable of a program, or a header of a request. */
export type NamedKind = 'variable' | 'header';

/** Why a variable or header can't be called so; empty when it can. */
export function nameProblem(kind: NamedKind, name: string, others: readonly string[]): string {
  if (name === '') return '';
  if (kind === 'header' && !/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return 'A name is letters, digits and dashes';
  if (kind === 'variable' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'A name is letters, digits and underscores';
  return others.includes(name) ? `There is ${name} already` : '';
}

/** A value that is kept goes with its mark, which says where it was. */
export function renamed(env: Env, from: string, to: string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name === from ? to : name, value]));
}
