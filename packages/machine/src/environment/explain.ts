import {
  isOwnVariable,
  isSecretName,
  mayHave,
  NESTED_AGENT_VARIABLES,
  type VariableOwner,
  type VendorPrefixes,
} from './prefixes.ts';

/** A variable of the person's shell and what becomes of it for one provider's agents. */
export interface ExplainedVariable {
  readonly name: string;
  /** Null for what must not be shown. */
  readonly value: string | null;
  /** kept; or why an agent of this provider does not get it. */
  readonly verdict: 'kept' | 'otherVendor' | 'nestedAgent' | 'agorsOwn';
}

/** For `agor doctor --env`: nothing is left out silently. Sorted by name. */
export function explainEnvironment(
  base: Readonly<Record<string, string>>,
  owner: VariableOwner,
  prefixes: VendorPrefixes,
): ExplainedVariable[] {
  const verdict = (name: string): ExplainedVariable['verdict'] => {
    if (isOwnVariable(name)) return 'agorsOwn';
    if (NESTED_AGENT_VARIABLES.includes(name)) return 'nestedAgent';
    return mayHave(name, owner, prefixes) ? 'kept' : 'otherVendor';
  };
  return Object.entries(base)
    .map(([name, value]) => ({ name, value: isSecretName(name) ? null : value, verdict: verdict(name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
