import { type Answer, AskId, type PermissionMode, type RunOptions } from '@agor/protocol';
import type { z } from 'zod';
import { canonicalJson } from '../../canonical-json.ts';
import { type AgentContext, AskWithdrawn } from '../../runner/index.ts';
import type { FileChangeEntry } from '../adapter/vendor-events.ts';
import type { CommandExecutionRequestApprovalResponse } from '../generated/v2/CommandExecutionRequestApprovalResponse.ts';
import type { FileChangeRequestApprovalResponse } from '../generated/v2/FileChangeRequestApprovalResponse.ts';
import type { McpServerElicitationRequestResponse } from '../generated/v2/McpServerElicitationRequestResponse.ts';
import type { PermissionsRequestApprovalResponse } from '../generated/v2/PermissionsRequestApprovalResponse.ts';
import type { ToolRequestUserInputResponse } from '../generated/v2/ToolRequestUserInputResponse.ts';
import { CommandApproval, Elicitation, PatchApproval, PermissionsApproval, UserInput } from './ask-schemas.ts';
import { type AskWords, commandWords, isInside, patchWords, permissionsWords } from './ask-words.ts';
import { contentOf, elicitationAnswer, elicitationWords, questionsOf } from './elicitation.ts';
import { isReadOnly } from './read-only.ts';
import type { RequestId } from './rpc.ts';

type Approval = z.infer<typeof CommandApproval>;

/** Answers "always" that are kept here until the hub's own rules come with the next prompt; the oldest go first. */
const MAX_ALWAYS = 1_000;

export interface AsksPlace {
  readonly options: RunOptions;
  mode(): PermissionMode;
  /** What an open patch would change. */
  changesOf(itemId: string): readonly FileChangeEntry[];
  /** The call that started the subagent of that thread; undefined for the session's own. */
  parentOf(threadId: string): string | undefined;
  /** Tells the model something in the turn that runs: Codex has no words in its denials. */
  tell(message: string): void;
}

/** Puts Codex's questions to the person, and the answers into Codex's form. */
export class CodexAsks {
  readonly #open = new Map<RequestId, AbortController>();
  readonly #always: string[] = [];
  /** Codex counts its questions from 0 in each process. */
  readonly #run = crypto.randomUUID();

  constructor(
    private readonly ctx: AgentContext,
    private readonly place: AsksPlace,
  ) {}

  /** The answer for that question; null when it is of no kind that we know. Never rejects for what a person does. */
  async answer(id: RequestId, method: string, params: unknown): Promise<object | null> {
    const withdraw = new AbortController();
    this.#open.set(id, withdraw);
    try {
      switch (method) {
        case 'item/commandExecution/requestApproval':
          return await this.#command(id, params, withdraw.signal);
        case 'item/fileChange/requestApproval':
          return await this.#patch(id, params, withdraw.signal);
        case 'item/permissions/requestApproval':
          return await this.#permissions(id, params, withdraw.signal);
        case 'item/tool/requestUserInput':
          return await this.#question(id, params, withdraw.signal);
        case 'mcpServer/elicitation/request':
          return await this.#elicitation(id, params, withdraw.signal);
        default:
          return null;
      }
    } finally {
      this.#open.delete(id);
    }
  }

  /** Codex has its answer, from us or because the turn has ended: whoever is still asked need not answer. */
  resolved(id: RequestId): void {
    this.#open.get(id)?.abort('Codex took its question back');
  }

  withdrawAll(reason: string): void {
    for (const open of this.#open.values()) open.abort(reason);
  }

  async #command(
    id: RequestId,
    params: unknown,
    signal: AbortSignal,
  ): Promise<CommandExecutionRequestApprovalResponse> {
    const approval = CommandApproval.parse(params);
    const rule = this.place.options.confined ? null : (approval.proposedExecpolicyAmendment ?? null);
    const words = commandWords(approval, this.place.options.cwd, rule !== null);
    if (isHere(approval, this.place.options.cwd)) return { decision: 'accept' };
    const answer = await this.#permission(id, approval, words, signal);
    if (answer === null) return { decision: 'cancel' };
    if (answer.decision === 'deny') return this.#denied(answer.message);
    const instead = changedCommand(words.input, answer.updatedInput);
    if (instead !== null) {
      // Codex runs what it asked for and nothing else.
      this.place.tell(`I did not allow that command. Run this one instead: ${instead}`);
      return { decision: 'decline' };
    }
    if (answer.decision !== 'always') return { decision: 'accept' };
    return rule && !approval.networkApprovalContext
      ? { decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: rule } } }
      : { decision: 'acceptForSession' };
  }

  async #patch(id: RequestId, params: unknown, signal: AbortSignal): Promise<FileChangeRequestApprovalResponse> {
    const approval = PatchApproval.parse(params);
    const { options } = this.place;
    const changes = this.place.changesOf(approval.itemId);
    const folders = { cwd: options.cwd, folders: options.additionalDirectories };
    const mode = this.place.mode();
    if (mode === 'plan') {
      this.place.tell('Change no files now: we are planning. Propose the plan first.');
      return { decision: 'decline' };
    }
    if (mode === 'acceptEdits' && changes.length > 0 && isInside(changes, folders)) return { decision: 'accept' };
    const words = patchWords(changes, approval.reason, folders);
    const answer = await this.#permission(id, approval, words, signal);
    if (answer === null) return { decision: 'cancel' };
    if (answer.decision === 'deny') return this.#denied(answer.message);
    return { decision: 'accept' };
  }

  async #permissions(id: RequestId, params: unknown, signal: AbortSignal): Promise<PermissionsRequestApprovalResponse> {
    const approval = PermissionsApproval.parse(params);
    const answer = await this.#permission(id, approval, permissionsWords(approval, this.place.options.cwd), signal);
    if (answer === null || answer.decision === 'deny') {
      if (answer) this.#denied(answer.message);
      return { permissions: {}, scope: 'turn' };
    }
    const { network, fileSystem } = approval.permissions;
    // Handed back as they came: what we do not read of them is part of what was allowed.
    const permissions = { ...(network ? { network } : {}), ...(fileSystem ? { fileSystem } : {}) };
    return {
      permissions: permissions as PermissionsRequestApprovalResponse['permissions'],
      scope: answer.decision === 'always' ? 'session' : 'turn',
    };
  }

  async #question(id: RequestId, params: unknown, signal: AbortSignal): Promise<ToolRequestUserInputResponse> {
    const { questions, ...at } = UserInput.parse(params);
    const asked = questions.map(({ question, header, options }) => ({
      question,
      ...(header ? { header } : {}),
      multiSelect: false,
      options: options ?? [],
    }));
    const answer = await this.#asked(
      { ...this.#base(id, at), kind: 'question', title: titleOf(asked), questions: asked },
      signal,
    );
    if (answer?.kind !== 'question') return { answers: {} };
    const given = questions.flatMap(({ id: key, question }) => {
      const text = answer.answers[question];
      return text === undefined ? [] : [[key, { answers: [text] }] as [string, { answers: string[] }]];
    });
    return { answers: Object.fromEntries(given) };
  }

  async #elicitation(
    id: RequestId,
    params: unknown,
    signal: AbortSignal,
  ): Promise<McpServerElicitationRequestResponse> {
    const elicitation = Elicitation.parse(params);
    const fields = questionsOf(elicitation);
    const base = this.#base(id, { threadId: elicitation.threadId });
    if (fields.length === 0) {
      const words = elicitationWords(elicitation);
      const answer = await this.#permission(id, { threadId: elicitation.threadId }, words, signal);
      return answer === null
        ? { action: 'cancel', content: null, _meta: null }
        : (elicitationAnswer(answer) as McpServerElicitationRequestResponse);
    }
    const questions = fields.map(({ question }) => question);
    const title = elicitation.message || titleOf(questions);
    const answer = await this.#asked({ ...base, kind: 'question', title, questions }, signal);
    if (answer?.kind !== 'question') return { action: 'cancel', content: null, _meta: null };
    const byKey = fields.flatMap(({ key, question }) => {
      const text = answer.answers[question.question];
      return text === undefined ? [] : [[key, text] as const];
    });
    const content = contentOf(elicitation, Object.fromEntries(byKey));
    return { action: 'accept', content: content as McpServerElicitationRequestResponse['content'], _meta: null };
  }

  /** The person's decision; null when Codex does not wait for it any more. */
  async #permission(
    id: RequestId,
    at: { readonly threadId: string; readonly itemId?: string },
    words: AskWords,
    signal: AbortSignal,
  ): Promise<Extract<Answer, { kind: 'permission' }> | null> {
    if (this.place.mode() === 'bypassPermissions') return { kind: 'permission', decision: 'allow' };
    const key = words.alwaysScope === 'tool' ? words.toolName : `${words.toolName} ${canonicalJson(words.input)}`;
    if (this.#always.includes(key)) return { kind: 'permission', decision: 'allow' };
    const answer = await this.#asked({ ...this.#base(id, at), kind: 'permission', ...words }, signal);
    if (answer?.kind !== 'permission') return null;
    if (answer.decision === 'always' && answer.updatedInput === undefined) {
      this.#always.push(key);
      if (this.#always.length > MAX_ALWAYS) this.#always.shift();
    }
    return answer;
  }

  async #asked(ask: Parameters<AgentContext['ask']>[0], signal: AbortSignal): Promise<Answer | null> {
    try {
      return await this.ctx.ask(ask, signal);
    } catch (error) {
      if (error instanceof AskWithdrawn) return null;
      throw error;
    }
  }

  #denied(message: string | undefined): { decision: 'decline' } {
    if (message) this.place.tell(message);
    return { decision: 'decline' };
  }

  #base(id: RequestId, at: { readonly threadId: string; readonly itemId?: string }) {
    const parentId = this.place.parentOf(at.threadId);
    return {
      id: AskId.parse(`codex-${this.#run}-${id}`),
      ...(at.itemId === undefined ? {} : { toolUseId: at.itemId }),
      ...(parentId === undefined ? {} : { parentId }),
    };
  }
}

/** A command of the project's folder that needs no more than to read there. */
function isHere(
  { kind, command, cwd: at, networkApprovalContext, additionalPermissions }: Approval,
  cwd: string,
): boolean {
  const plain = (kind === undefined || kind === 'command') && !networkApprovalContext && !additionalPermissions;
  return plain && (at == null || at === cwd) && command != null && isReadOnly(command);
}

function titleOf(questions: readonly { readonly question: string }[]): string {
  const [first] = questions;
  return questions.length === 1 && first ? first.question : `${questions.length} questions`;
}

/** What the person made of a command before allowing it; null when nothing. */
function changedCommand(input: unknown, updated: unknown): string | null {
  const command = (value: unknown) => (value as { command?: unknown } | undefined)?.command;
  const after = command(updated);
  return typeof after === 'string' && after !== command(input) ? after : null;
}
