import type { PermissionMode } from '@agor/protocol';
import { z } from 'zod';
import { type AgentContext, AskWithdrawn } from '../../runner/index.ts';

const PlanItem = z.object({ item: z.object({ type: z.literal('plan'), id: z.string(), text: z.string() }) });

/** What the person said to a plan: the words with which the agent goes on, and the mode, if it changes. */
export interface PlanWord {
  readonly text: string;
  readonly mode: PermissionMode | null;
}

/** The plans that Codex proposes in its plan mode: put to the person before the turn ends. */
export class Plans {
  #plan: { readonly id: string; readonly text: string } | null = null;
  #asked: AbortController | null = null;

  constructor(private readonly ctx: AgentContext) {}

  get isAsked(): boolean {
    return this.#asked !== null;
  }

  observe(params: unknown): void {
    const { data } = PlanItem.safeParse(params);
    if (data) this.#plan = data.item;
  }

  /** Asks about the turn's plan. Null when there is none, when it stays as it is, or when the question was taken back. */
  async ask(): Promise<PlanWord | null> {
    const plan = this.#plan;
    this.#plan = null;
    if (!plan) return null;
    const asked = new AbortController();
    this.#asked = asked;
    try {
      const ask = { kind: 'plan' as const, title: 'Approve the plan?', plan: plan.text, toolUseId: plan.id };
      const answer = await this.ctx.ask(ask, asked.signal);
      if (answer.kind !== 'plan') return null;
      if (answer.decision === 'reject') return answer.message ? { text: answer.message, mode: null } : null;
      const more = answer.message ? ` ${answer.message}` : '';
      return { text: `The plan is approved: implement it.${more}`, mode: answer.mode ?? 'default' };
    } catch (error) {
      if (error instanceof AskWithdrawn) return null;
      throw error;
    } finally {
      this.#asked = null;
    }
  }

  withdraw(): void {
    this.#asked?.abort('The turn was interrupted');
  }
}
