import type { AgentMessage, MessageOf, PromptId, ToolKind } from '@agor/protocol';
import { tilde } from '../../ui/format.ts';
import type { Projection } from './projection.ts';
import type { Place, RowList } from './row-list.ts';
import type { Row, SubagentProgress, ToolRow } from './rows.ts';

/** Entries of a folded status row that are kept; `total` counts on. */
/** What agents call an MCP server that is there, not asked for yet, or switched off by the person. */
const WORKING_SERVER: ReadonlySet<string> = new Set(['connected', 'pending', 'disabled']);
const KEPT_STATUSES = 100;

/** How far up a row counts as just above. */
export const ROWS_ABOVE = 5;

/** The part of the projection that knows the agent's messages: pairs, nests and folds them. */
export class MessageRows {
  readonly tools = new Map<string, Place>();
  readonly #running = new Set<string>();
  readonly #plans = new Map<string, Place>();
  /** Calls that are hidden, for those that come after their ask. */
  readonly #asks = new Set<string>();
  model: string | null = null;
  #init = '';
  #lastAt: number | null = null;

  constructor(private readonly list: RowList) {}

  /** The time of the event before: what a thought began after. */
  passed(at: number): void {
    this.#lastAt = at;
  }

  add(message: AgentMessage, seq: number, at: number, projection: Projection): void {
    const owner = message.parentId ? this.#owner(message.parentId, seq, at) : null;
    const fallback = `e${seq}`;
    const base = { key: message.blockId ? `b${message.blockId}` : fallback, at };
    const put = (row: Row) => this.list.add(row, fallback, owner);
    const { content } = message;
    switch (message.type) {
      case 'text':
        put({
          ...base,
          kind: 'text',
          text: message.content.text,
          blob: message.content.textBlob,
          open: false,
          partial: message.content.partial ?? false,
          said: { seq, messageId: message.id },
        });
        return;
      case 'thinking': {
        const { text, textBlob: blob, partial = false } = message.content;
        const durationMs = this.#lastAt === null ? null : Math.max(0, at - this.#lastAt);
        put({ ...base, kind: 'thinking', text, blob, open: false, partial, durationMs });
        return;
      }
      case 'tool_call':
        this.#toolCall(message, base, fallback, owner);
        return;
      case 'tool_result':
        this.#toolResult(message, base, fallback, owner);
        return;
      case 'subagent':
        this.#subagent(message, base, fallback, owner);
        return;
      case 'plan': {
        const before = this.#plans.get(message.parentId ?? '');
        if (before) this.list.patch(before, 'plan', { superseded: true });
        const place = put({ ...base, kind: 'plan', entries: message.content.entries, superseded: false });
        this.#plans.set(message.parentId ?? '', place);
        return;
      }
      case 'cost':
        put({ ...base, kind: 'cost', cost: message.content, model: this.model, errors: this.#unsaid(message.content) });
        return;
      case 'error': {
        const { retryDelaySec, ...error } = message.content;
        const retryAt = retryDelaySec === undefined ? null : at + retryDelaySec * 1000;
        put({ ...base, kind: 'error', ...error, retryAt });
        return;
      }
      case 'compaction':
        put({ ...base, kind: 'compaction', compaction: message.content });
        return;
      // Shown live by the ring in the header, from the session's state.
      case 'usage':
        return;
      case 'init':
        this.#begun(message, base, fallback, owner);
        return;
      case 'status':
        this.#status(message.content.subtype, message.content.message ?? '', base, fallback, owner);
        return;
      case 'checkpoint':
        this.#status('checkpoint', 'A state to come back to', base, fallback, owner);
        return;
      case 'prompt':
        projection.prompt(message.content.promptId as PromptId, seq, at, message.content.text);
        return;
      case 'permissionRequest':
      case 'question':
        projection.ask({ ask: message.content.ask, status: 'open', openedAt: at }, seq);
        return;
      case 'permissionAnswer': {
        const { askId, answer, by } = message.content;
        const change = { status: 'answered', answer, answeredBy: by } as const;
        projection.patchAsk(askId as Parameters<typeof projection.patchAsk>[0], change);
        return;
      }
      case 'unknown':
        put({ ...base, kind: 'unknown', raw: message.content.raw });
        return;
      default:
        // A type that a newer protocol knows and this build does not.
        put({ ...base, kind: 'unknown', raw: content });
    }
  }

  /** A question or a plan is asked by a tool call of its own, which says nothing beyond the ask. */
  hide(toolUseId: string | undefined): void {
    if (toolUseId === undefined) return;
    this.#asks.add(toolUseId);
    const place = this.tools.get(toolUseId);
    if (place) this.list.patch(place, 'tool', { hidden: true });
  }

  /** A tool call waits for a person's answer, or not any more. */
  waits(toolUseId: string | undefined, waits: boolean): void {
    const place = toolUseId === undefined ? undefined : this.tools.get(toolUseId);
    if (place && this.list.get(place, 'tool').waits !== waits) this.list.patch(place, 'tool', { waits });
  }

  /** Calls without a result get none any more, but for agents in the background, as long as their process lives. */
  turnEnded(processToo = false): void {
    for (const id of this.#running) {
      const place = this.tools.get(id);
      if (!place) continue;
      const row = this.list.get(place, 'tool');
      if (!processToo && row.subagent?.background && isRunning(row.subagent)) continue;
      this.list.patch(place, 'tool', { abandoned: true });
      this.#running.delete(id);
    }
  }

  /** A turn's errors that no row just above has told already. */
  #unsaid({ isError, errors = [] }: MessageOf<'cost'>['content']): readonly string[] {
    const above = this.list.rows.slice(-ROWS_ABOVE).flatMap((row) => (row.kind === 'error' ? [row.message] : []));
    return isError ? errors.filter((error) => !above.includes(error)) : [];
  }

  /** The row below which a subagent's messages stand; made up when its call is not here. */
  #owner(toolUseId: string, seq: number, at: number): Place {
    return this.tools.get(toolUseId) ?? this.#putTool(emptyTool(toolUseId, at, 'Agent', 'agent'), `e${seq}o`, null);
  }

  #putTool(row: ToolRow, fallback: string, owner: Place | null): Place {
    const place = this.list.add(row, fallback, owner);
    this.tools.set(row.toolUseId, place);
    return place;
  }

  #toolCall(
    { content }: MessageOf<'tool_call'>,
    base: { key: string; at: number },
    fallback: string,
    owner: Place | null,
  ): void {
    const known = this.tools.get(content.toolUseId);
    const hidden = this.#asks.has(content.toolUseId);
    const facts = { call: content, name: content.name, toolKind: content.kind, title: content.title ?? '', hidden };
    if (known) this.list.patch(known, 'tool', facts);
    else this.#putTool({ ...emptyTool(content.toolUseId, base.at), ...facts }, fallback, owner);
    this.#running.add(content.toolUseId);
  }

  #toolResult(
    { content }: MessageOf<'tool_result'>,
    base: { key: string; at: number },
    fallback: string,
    owner: Place | null,
  ): void {
    const place =
      this.tools.get(content.toolUseId) ?? this.#putTool(emptyTool(content.toolUseId, base.at), fallback, owner);
    this.list.patch(place, 'tool', { result: content, resultAt: base.at, abandoned: false });
    this.#running.delete(content.toolUseId);
  }

  #subagent(
    { content }: MessageOf<'subagent'>,
    base: { key: string; at: number },
    fallback: string,
    owner: Place | null,
  ): void {
    const { toolUseId, ...news } = content;
    const place =
      this.tools.get(toolUseId) ?? this.#putTool(emptyTool(toolUseId, base.at, 'Agent', 'agent'), fallback, owner);
    const row = this.list.get(place, 'tool');
    const known = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== undefined));
    const subagent: SubagentProgress = { background: false, ...row.subagent, ...known, state: news.state };
    const toolKind: ToolKind = 'agent';
    this.list.patch(place, 'tool', { subagent, toolKind, title: row.title || (news.description ?? '') });
    if (isRunning(subagent)) this.#running.add(toolUseId);
  }

  /** The first words of a session, and later ones only when something is different: some vendors repeat them each turn. */
  #begun(
    { content }: MessageOf<'init'>,
    base: { key: string; at: number },
    fallback: string,
    owner: Place | null,
  ): void {
    if (content.model) this.model = content.model;
    const text = [content.agentVersion, content.model, content.cwd && tilde(content.cwd)].filter(Boolean).join(' · ');
    const broken = (content.mcpServers ?? []).filter(({ status }) => !WORKING_SERVER.has(status));
    const news = [text, ...broken.map(({ name, status }) => `${name} ${status}`)].join('\n');
    if (news === this.#init) return;
    this.#init = news;
    this.#status('session', text, base, fallback, owner);
    for (const { name, status } of broken) {
      const why = status === 'needs-auth' ? 'it wants a sign-in' : status;
      this.#status('mcp_server_failed', `Without the tools of the MCP server ${name}: ${why}`, base, fallback, owner);
    }
  }

  #status(
    subtype: string,
    text: string,
    base: { key: string; at: number },
    fallback: string,
    owner: Place | null,
  ): void {
    const entry = { at: base.at, subtype, text };
    const before = this.list.last('status', owner);
    if (!before) {
      this.list.add({ ...base, kind: 'status', entries: [entry], total: 1 }, fallback, owner);
      return;
    }
    const row = this.list.get(before, 'status');
    const entries = [...row.entries, entry].slice(-KEPT_STATUSES);
    this.list.patch(before, 'status', { entries, total: row.total + 1 });
  }
}

export function isRunning({ state }: SubagentProgress): boolean {
  return state === 'started' || state === 'progress';
}

export function emptyTool(toolUseId: string, at: number, name = 'Tool', toolKind: ToolKind = 'other'): ToolRow {
  return {
    kind: 'tool',
    key: `t${toolUseId}`,
    at,
    toolUseId,
    toolKind,
    name,
    title: '',
    call: null,
    result: null,
    resultAt: null,
    abandoned: false,
    waits: false,
    hidden: false,
    stream: null,
    subagent: null,
    children: [],
    version: 0,
    toolCount: 0,
  };
}
