/**
 * Values of variables (`env`) and of headers (`headers`) leave the hub never: whoever reads settings or groups gets `kept://NAME` in place of a
 * value, and writes it back for "the value that is kept under NAME". Under another name it renames; absent, the variable goes.
 */
const KEPT = 'kept://';

/** The fields whose texts are kept from view, wherever they stand in what was decided about a provider. */
export const KEPT_FIELDS: readonly string[] = ['env', 'headers'];

/** What stands for the value of `name`. */
export function keptValue(name: string): string {
  return `${KEPT}${name}`;
}

/** The name whose value a text stands for; null when it stands for itself. */
export function keptName(text: string): string | null {
  return text.startsWith(KEPT) ? text.slice(KEPT.length) : null;
}

/** Whether a value may be shown: nothing, or no more than a reference to a secret, as in `Bearer secret://name`. */
export function isShowable(value: string): boolean {
  return value === '' || /^(?:(?:basic|bearer|token) )?secret:\/\/[A-Za-z][A-Za-z0-9_-]{0,63}$/i.test(value);
}
