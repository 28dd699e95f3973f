import { relative } from 'node:path';
import type { Answer, PermissionMode } from '@agor/protocol';
import { canonicalJson } from '../../canonical-json.ts';
import { type AgentContext, AskWithdrawn } from '../../runner/index.ts';
import { allowedByMode } from './permission-modes.ts';
import type { ToolCall } from './tool-call.ts';
import { type PermissionOption, PermissionRequest, type ToolUpdate } from './wire.ts';

/** Answers "always" that are kept here until the hub's own rules come with the next prompt; the oldest go first. */
const MAX_ALWAYS = 1_000;
const CANCELLED = { outcome: { outcome: 'cancelled' } };

export interface AskPlace {
  readonly cwd: string;
  permissionMode(): PermissionMode;
  /** The agent's mode for a permission mode, if one is known. */
  modeFor(mode: PermissionMode): string | undefined;
  /** Tells what the ask says of its call. */
  asked(update: ToolUpdate): Promise<ToolCall>;
  /** Aborts when the turn is interrupted. */
  signal(): AbortSignal;
}

/** Puts an agent's permission requests to the person, and the answers into the options that it gave. */
export class AcpAsks {
  readonly #always: string[] = [];
  #unnamed = 0;

  constructor(
    private readonly ctx: AgentContext,
    private readonly place: AskPlace,
  ) {}

  /** The answer to `session/request_permission`. */
  async answer(params: unknown, signal: AbortSignal): Promise<unknown> {
    const request = PermissionRequest.safeParse(params);
    if (!request.success) {
      this.ctx.log(
        `a permission request was not understood and is cancelled: ${JSON.stringify(params).slice(0, 2_000)}`,
      );
      return CANCELLED;
    }
    const call = await this.place.asked(this.#callOf(request.data));
    try {
      const any = AbortSignal.any([signal, this.place.signal()]);
      const option =
        call.kind === 'switch_mode'
          ? await this.#plan(request.data, call, any)
          : await this.#permission(request.data, call, any);
      call.denied = option === null || option.kind.startsWith('reject');
      return option ? { outcome: { outcome: 'selected', optionId: option.optionId } } : CANCELLED;
    } catch (error) {
      // The turn was interrupted, or we end: the protocol wants every open ask answered so.
      if (error instanceof AskWithdrawn) return CANCELLED;
      throw error;
    }
  }

  /** A request that names no call gets one, so that it can be shown. */
  #callOf({ toolCall, subject, title }: PermissionRequest): ToolUpdate {
    const named = toolCall ?? subject?.toolCall;
    if (named) return named;
    const { command } = subject ?? {};
    const id = { toolCallId: `agor-ask-${++this.#unnamed}`, title: title ?? 'Permission' };
    return command === undefined ? id : { ...id, kind: 'execute', rawInput: { command } };
  }

  async #permission(request: PermissionRequest, call: ToolCall, signal: AbortSignal): Promise<PermissionOption | null> {
    const { options } = request;
    const { input, name } = call;
    const key = `${name} ${canonicalJson(input)}`;
    if (this.#always.includes(key) || allowedByMode(this.place.permissionMode(), call, this.place.cwd))
      return pick(options, 'allow_once', 'allow_always');
    const lasting = options.find(({ kind }) => kind === 'allow_always');
    const answer = await this.ctx.ask(
      {
        kind: 'permission',
        toolUseId: call.id,
        toolName: name,
        title: askTitle(call, request, this.place.cwd),
        input,
        ...(request.description ? { description: request.description } : {}),
        ...(call.parentId === undefined ? {} : { parentId: call.parentId }),
        alwaysLabel: lasting
          ? `${lasting.name} (the agent's own words, for this session); exactly this in this project`
          : 'Always allow exactly this in this project',
        alwaysScope: 'input',
        suggestions: [...options],
      },
      signal,
    );
    if (answer.kind !== 'permission' || answer.decision === 'deny')
      return pick(options, 'reject_once', 'reject_always');
    if (answer.decision === 'allow') return pick(options, 'allow_once', 'allow_always');
    this.#always.push(key);
    if (this.#always.length > MAX_ALWAYS) this.#always.shift();
    return pick(options, 'allow_always', 'allow_once');
  }

  /** A request to leave the plan mode: its options are the modes to go on in. */
  async #plan(
    { options, title }: PermissionRequest,
    call: ToolCall,
    signal: AbortSignal,
  ): Promise<PermissionOption | null> {
    const ask = {
      kind: 'plan' as const,
      toolUseId: call.id,
      title: title ?? 'Approve the plan?',
      plan: call.plan,
      input: call.input,
    };
    const answer: Answer = await this.ctx.ask(ask, signal);
    if (answer.kind !== 'plan' || answer.decision === 'reject') return pick(options, 'reject_once', 'reject_always');
    const mode = answer.mode ?? 'default';
    const named = options.find(({ optionId }) => optionId === this.place.modeFor(mode) || optionId === mode);
    return (
      named ??
      (mode === 'default' ? pick(options, 'allow_once', 'allow_always') : pick(options, 'allow_always', 'allow_once'))
    );
  }
}

/** The first option of the first kind that is offered. */
function pick(options: readonly PermissionOption[], ...kinds: readonly string[]): PermissionOption | null {
  for (const kind of kinds) {
    const option = options.find((each) => each.kind === kind);
    if (option) return option;
  }
  return null;
}

/** What the agent wants to do, in one line for a person. */
function askTitle(call: ToolCall, { title }: PermissionRequest, cwd: string): string {
  const [path] = call.paths;
  const short = path?.startsWith(`${cwd}/`) ? relative(cwd, path) : path;
  const known = call.title ?? call.name;
  switch (call.kind) {
    case 'execute':
      return `Run: ${known.replace(/\s*\n\s*/g, ' ↵ ')}`;
    case 'edit':
      return short === undefined
        ? known
        : `${call.diffs.some(({ change }) => change === 'add') ? 'Write' : 'Edit'} ${short}`;
    case 'delete':
      return `Delete ${short ?? known}`;
    case 'read':
      return `Read ${short ?? known}`;
    case 'fetch':
      return `Fetch ${known}`;
    default:
      return title ?? known;
  }
}
