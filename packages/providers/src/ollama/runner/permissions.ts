import type { PermissionMode } from '@agor/protocol';
import { canonicalJson } from '../../canonical-json.ts';
import type { AgentContext } from '../../runner/index.ts';
import type { Place, Tool } from '../tools/index.ts';

/** Answers "always" that are kept here until the hub's own rules come with the next prompt; the oldest go first. */
const MAX_ALWAYS = 1_000;

export type Decision =
  | { readonly allowed: true; readonly input: unknown }
  | { readonly allowed: false; readonly message: string };

/** Whether a call may be made: by the mode, by an "always", or by the person's word. */
export class Permissions {
  readonly #always: string[] = [];

  constructor(
    private readonly ctx: AgentContext,
    private readonly place: Place,
    public mode: PermissionMode,
  ) {}

  /** `input` is as the tool's `parse` gave it. Rejects with `ToolRefusal` for what can't be done, and with `AskWithdrawn` on abort. */
  async decide(tool: Tool, input: unknown, toolUseId: string, signal: AbortSignal): Promise<Decision> {
    if (this.mode === 'bypassPermissions') return { allowed: true, input };
    if (this.mode === 'plan' && !tool.readOnly)
      return { allowed: false, message: 'Plan mode: nothing is changed or run.' };
    const { ruleName, edits, ...words } = await tool.consent(input, this.place);
    if (ruleName === null || (edits && this.mode === 'acceptEdits')) return { allowed: true, input };
    const key = words.alwaysScope === 'tool' ? ruleName : `${ruleName} ${canonicalJson(input)}`;
    if (this.#always.includes(key)) return { allowed: true, input };
    const answer = await this.ctx.ask({ kind: 'permission', toolUseId, toolName: ruleName, input, ...words }, signal);
    if (answer.kind !== 'permission' || answer.decision === 'deny') {
      const why = answer.kind === 'permission' && answer.message ? `: ${answer.message}` : '.';
      return { allowed: false, message: `The person did not allow this${why}` };
    }
    if (answer.decision === 'always') this.#keep(key);
    return { allowed: true, input: answer.updatedInput === undefined ? input : tool.parse(answer.updatedInput) };
  }

  #keep(key: string): void {
    this.#always.push(key);
    if (this.#always.length > MAX_ALWAYS) this.#always.shift();
  }
}
