import { AskId, PermissionMode, Question, type RunOptions } from '@agor/protocol';
import type { CanUseTool, PermissionResult } from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';
import { canonicalJson } from '../../canonical-json.ts';
import { type AgentContext, AskWithdrawn } from '../../runner/index.ts';
import { fieldsOf, shortPath } from '../tool-words.ts';
import { alwaysScope, askTitle, sessionUpdates } from './permission-words.ts';

type Details = Parameters<CanUseTool>[2];
type Input = Record<string, unknown>;

/** Answers "always" that are kept here until the hub's own rules come with the next prompt; the oldest go first. */
const MAX_ALWAYS = 1_000;
const Questions = z.object({ questions: z.array(Question).min(1) });

/** Puts the CLI's questions (`canUseTool`) to the person, and the answers into the CLI's form. */
export class ClaudeAsks {
  readonly #always: string[] = [];

  constructor(
    private readonly ctx: AgentContext,
    private readonly options: RunOptions,
    /** The call that started a subagent. */
    private readonly parentOf: (agentId: string) => string | undefined,
  ) {}

  readonly canUseTool: CanUseTool = async (toolName, input, details) => {
    try {
      if (toolName === 'ExitPlanMode') return await this.#plan(input, details);
      const questions = toolName === 'AskUserQuestion' ? Questions.safeParse(input) : null;
      if (questions?.success) return await this.#question(questions.data.questions, input, details);
      return await this.#permission(toolName, input, details);
    } catch (error) {
      // The CLI has taken its question back, or we end: it does not wait for this any more.
      if (error instanceof AskWithdrawn) return { behavior: 'deny', message: 'Nobody answered.' };
      throw error;
    }
  };

  async #permission(toolName: string, input: Input, details: Details): Promise<PermissionResult> {
    const { cwd, additionalDirectories: folders } = this.options;
    const suggestions = details.suggestions ?? [];
    const guarded = details.blockedPath !== undefined || details.suppressAlwaysAllowRule === true;
    const { ruleName, scope, label } = alwaysScope(toolName, input, { cwd, folders, guarded }, suggestions);
    const key = scope === 'tool' ? ruleName : `${ruleName} ${canonicalJson(input)}`;
    if (this.#always.includes(key)) return { behavior: 'allow', updatedInput: input };

    const title = askTitle(toolName, input, cwd);
    const answer = await this.ctx.ask(
      {
        ...this.#base(details),
        kind: 'permission',
        toolName: ruleName,
        title,
        input,
        ...(details.description && !title.includes(details.description) ? { description: details.description } : {}),
        ...reasonOf(details, cwd),
        ...(details.suppressAlwaysAllowRule ? {} : { alwaysLabel: label, alwaysScope: scope, suggestions }),
      },
      details.signal,
    );
    if (answer.kind !== 'permission' || answer.decision === 'deny') {
      const message = answer.kind === 'permission' ? answer.message : undefined;
      return { behavior: 'deny', message: message || 'The person did not allow this.' };
    }
    const updatedInput = answer.updatedInput === undefined ? input : fieldsOf(answer.updatedInput);
    if (answer.decision !== 'always') return { behavior: 'allow', updatedInput };
    this.#always.push(key);
    if (this.#always.length > MAX_ALWAYS) this.#always.shift();
    return { behavior: 'allow', updatedInput, updatedPermissions: sessionUpdates(suggestions) };
  }

  async #question(questions: Question[], input: Input, details: Details): Promise<PermissionResult> {
    const [first] = questions;
    const title = questions.length === 1 && first ? first.question : `${questions.length} questions`;
    const ask = { ...this.#base(details), kind: 'question' as const, title, questions, input };
    const answer = await this.ctx.ask(ask, details.signal);
    if (answer.kind !== 'question') return { behavior: 'deny', message: 'The person did not answer.' };
    return { behavior: 'allow', updatedInput: { ...input, answers: answer.answers } };
  }

  async #plan(input: Input, details: Details): Promise<PermissionResult> {
    const plan = typeof input.plan === 'string' ? input.plan : '';
    const ask = { ...this.#base(details), kind: 'plan' as const, title: 'Approve the plan?', plan, input };
    const answer = await this.ctx.ask(ask, details.signal);
    if (answer.kind !== 'plan' || answer.decision === 'reject') {
      const message = answer.kind === 'plan' ? answer.message : undefined;
      return {
        behavior: 'deny',
        message: message || 'The person did not approve the plan. Stay in plan mode and revise it.',
      };
    }
    // With the answer, not after it: the CLI would go back to the mode before the plan and could ask or act in that one first.
    const mode = PermissionMode.safeParse(answer.mode);
    return {
      behavior: 'allow',
      updatedInput: input,
      ...(mode.success ? { updatedPermissions: [{ type: 'setMode', mode: mode.data, destination: 'session' }] } : {}),
    };
  }

  #base({ toolUseID, requestId, agentID }: Details) {
    const parentId = agentID === undefined ? undefined : this.parentOf(agentID);
    return {
      id: AskId.parse(requestId),
      toolUseId: toolUseID,
      ...(parentId === undefined ? {} : { parentId }),
    };
  }
}

function reasonOf({ decisionReason, blockedPath }: Details, cwd: string): { reason?: string } {
  if (decisionReason) return { reason: decisionReason };
  if (blockedPath === undefined) return {};
  const path = shortPath(cwd, blockedPath);
  return { reason: path === blockedPath ? `${path} is outside of the project` : `It touches ${path}` };
}
