import type { RunOptions } from '@agor/protocol';
import { canonicalJson } from '../canonical-json.ts';

export type Rule = RunOptions['rules'][number];

/** The rules that may answer a permission ask in the person's stead. */
export class RuleBook {
  #rules: readonly Rule[] = [];
  readonly #used = new Set<string>();

  /** Takes the rules of the newest options. A one-shot rule that was used stays used. */
  replace(rules: readonly Rule[]): void {
    this.#rules = rules;
    // Ids that no options name any more can never come back; without this the set would grow with the session.
    for (const id of this.#used) if (!rules.some((rule) => rule.id === id)) this.#used.delete(id);
  }

  /** The input of the first unused one-shot allowance of this tool, or null. */
  allowedOnce(toolName: string): unknown {
    const rule = this.#rules.find(
      (each) => each.once && each.toolName === toolName && each.decision === 'allow' && !this.#used.has(each.id),
    );
    return rule?.inputJson === undefined ? null : JSON.parse(rule.inputJson);
  }

  /** The rule for this call, if there is one: one for exactly this input before one for the whole tool, a denial before an allowance. */
  take(toolName: string, input: unknown): Rule | null {
    const inputJson = canonicalJson(input);
    const matching = this.#rules.filter(
      (rule) =>
        rule.toolName === toolName &&
        (rule.inputJson === undefined || rule.inputJson === inputJson) &&
        !(rule.once && this.#used.has(rule.id)),
    );
    const rule = matching.sort((a, b) => weight(b) - weight(a))[0] ?? null;
    if (rule?.once) this.#used.add(rule.id);
    return rule;
  }
}

function weight(rule: Rule): number {
  return (rule.inputJson === undefined ? 0 : 2) + (rule.decision === 'deny' ? 1 : 0);
}
