import { BlockId, MAX_OPEN_BLOCK_CHARS, type RunnerDelta } from '@agor/protocol';
import { blockText, fields, ToolCall } from './tool-call.ts';
import {
  ChunkUpdate,
  type ContentBlock,
  MessageUpdate,
  TerminalUpdate,
  ToolContent,
  ToolUpdate,
  type Update,
} from './wire.ts';

/** A message longer than this goes on in the next one. */
const MAX_MESSAGE_CHARS = 4 * 1024 * 1024;
/** Calls that run at once; of more, the oldest is given up. */
const MAX_CALLS = 200;
/** Ended calls that are remembered, so that what is told of them twice is not doubled. */
const MAX_ENDED = 1_000;

export type Told =
  | { readonly event: Readonly<Record<string, unknown>>; readonly blockId?: BlockId }
  | { readonly delta: Omit<RunnerDelta, 'type' | 'sessionId'> };

export interface Spent {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
}

interface OpenBlock {
  readonly key: string;
  readonly blockId: BlockId;
  readonly kind: 'text' | 'thinking';
  readonly parentId: string | undefined;
  text: string;
  streamed: number;
}

/** Updates that tell nothing for the transcript: the controls, the commands and the turns tell the same. */
const SILENT: ReadonlySet<string> = new Set([
  'user_message_chunk',
  'user_message',
  'available_commands_update',
  'current_mode_update',
  'config_option_update',
  'session_info_update',
  'state_update',
  'agent_message',
  'agent_thought',
]);

/**
 * Makes of a session's updates what is journaled, once each, and what only streams: pieces of messages become blocks, and the many updates of
 * a tool call one call and one result. Pure but for the clock and the ids of blocks.
 */
export class Journal {
  #block: OpenBlock | null = null;
  readonly #calls = new Map<string, ToolCall>();
  readonly #ended = new Set<string>();
  readonly #outputs = new Map<string, BlockId>();
  readonly #summaries = new Map<string, string>();
  /** What the agent last told of its window and its cost: it repeats that all the time, and once for each step is enough. */
  #usage: Update | null = null;
  #spent: Spent | null = null;
  /** Of `#spent`, what no usage has told yet. */
  #untold: Spent | null = null;
  #blocks = 0;
  /** The person asked for the compaction that runs. */
  manualCompaction = false;

  constructor(
    /** Begins the ids of blocks: unique among the processes of a session. */
    private readonly prefix: string = crypto.randomUUID(),
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** A `session/update` of either version of the protocol. */
  take(update: Update): Told[] {
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
        return this.#chunk('text', update);
      case 'agent_thought_chunk':
        return this.#chunk('thinking', update);
      case 'agent_message':
      case 'agent_thought':
        return this.#message(update.sessionUpdate === 'agent_message' ? 'text' : 'thinking', update);
      case 'tool_call':
      case 'tool_call_update':
        return this.#tool(update);
      case 'tool_call_content_chunk':
        return this.#toolContent(update);
      case 'terminal_update':
      case 'terminal_output_chunk':
        return this.#terminal(update);
      case 'compaction_update':
      case 'compaction_summary_chunk':
        return this.#compaction(update);
      case 'usage_update':
        this.#usage = { ...this.#usage, ...update };
        return [];
      default:
        if (SILENT.has(update.sessionUpdate)) return [];
        return [...this.#beginOthers(null), raw(update)];
    }
  }

  /** The agent asks about a call: from here on it is told, whatever is missing. Null when it asks about no call. */
  asked(update: ToolUpdate): { readonly call: ToolCall; readonly told: Told[] } {
    const { status: _, ...rest } = update;
    const call = this.#callOf(update.toolCallId);
    call.update(rest as ToolUpdate);
    return { call, told: [...this.#closeBlock(false), ...this.#beginOthers(call), ...this.#begin(call)] };
  }

  /** The turn is over: what is still open ends here. */
  flush(interrupted: boolean): Told[] {
    const told = this.#closeBlock(interrupted);
    for (const call of this.#calls.values()) told.push(...this.#begin(call), ...this.#end(call, true));
    return [...told, ...this.#takeUsage()];
  }

  /** The tokens that calls of the model took since this was last asked, of an agent that tells them call by call. */
  takeSpent(): Spent | null {
    const spent = this.#spent;
    this.#spent = null;
    return spent;
  }

  #chunk(kind: 'text' | 'thinking', update: Update): Told[] {
    const chunk = ChunkUpdate.safeParse(update);
    if (!chunk.success) return [raw(update)];
    const { content, messageId, _meta } = chunk.data;
    this.#countUsage(_meta);
    const parent = fields(fields(_meta).claudeCode).parentToolUseId;
    const parentId = typeof parent === 'string' ? parent : undefined;
    if (content.type === 'text' && !content.text) return [];
    return this.#add(kind, content, messageId ?? '', parentId);
  }

  #add(kind: 'text' | 'thinking', content: ContentBlock, messageId: string, parentId: string | undefined): Told[] {
    const key = `${kind} ${messageId} ${parentId ?? ''}`;
    const told: Told[] = [];
    const grown = this.#block ? this.#block.text.length : 0;
    if (this.#block?.key !== key || grown > MAX_MESSAGE_CHARS) {
      told.push(...this.#closeBlock(false), ...this.#beginOthers(null));
      this.#block = { key, blockId: this.#newBlock(), kind, parentId, text: '', streamed: 0 };
    }
    const block = this.#block;
    const said = content.type === 'text' ? (content.text ?? '') : `${block.text ? '\n' : ''}${blockText(content)}\n`;
    block.text += said;
    block.streamed += said.length;
    // What a subagent says stands below its call, complete: it does not stream.
    if (block.parentId === undefined && block.streamed <= MAX_OPEN_BLOCK_CHARS)
      told.push({ delta: { blockId: block.blockId, kind, text: said } });
    return told;
  }

  /** Version 2: a message that comes whole, or is told again before its pieces come. */
  #message(kind: 'text' | 'thinking', update: Update): Told[] {
    const message = MessageUpdate.safeParse(update);
    if (!message.success) return [raw(update)];
    const { content, messageId } = message.data;
    return (content ?? []).flatMap((part) => this.#add(kind, part, messageId ?? '', undefined));
  }

  #tool(update: Update): Told[] {
    const known = ToolUpdate.safeParse(update);
    if (!known.success) return [raw(update)];
    // What is told again of an ended call tells nothing new.
    if (this.#ended.has(known.data.toolCallId)) return [];
    const call = this.#callOf(known.data.toolCallId);
    call.update(known.data);
    const told: Told[] = [...this.#beginOthers(call)];
    const begins = call.ended || call.status === 'in_progress' || (call.status === null && call.hasInput);
    if (!call.begun && begins) told.push(...this.#closeBlock(false), ...this.#begin(call));
    if (call.ended) return [...told, ...this.#end(call, false)];
    return [...told, ...this.#grown(call)];
  }

  #toolContent(update: Update): Told[] {
    const { toolCallId, content } = update;
    const part = ToolContent.safeParse(content);
    if (typeof toolCallId !== 'string' || !part.success) return [raw(update)];
    if (this.#ended.has(toolCallId)) return [];
    const call = this.#callOf(toolCallId);
    call.addContent(part.data);
    return this.#grown(call);
  }

  #terminal(update: Update): Told[] {
    const known = TerminalUpdate.safeParse(update);
    if (!known.success) return [raw(update)];
    const { terminalId, output, data, exitStatus } = known.data;
    const call = [...this.#calls.values()].find((each) => each.terminalId === terminalId || each.id === terminalId);
    if (!call) return [];
    const said = data ?? output?.data;
    if (said !== undefined || exitStatus)
      call.terminalSays(
        Buffer.from(said ?? '', 'base64').toString(),
        data === undefined && said !== undefined,
        exitStatus?.exitCode,
      );
    return this.#grown(call);
  }

  #compaction(update: Update): Told[] {
    const { compactionId, content, status } = update;
    const id = String(compactionId);
    if (update.sessionUpdate === 'compaction_summary_chunk') {
      const more = fields(content).text;
      const before = this.#summaries.get(id) ?? '';
      this.#summaries.set(id, (before + (typeof more === 'string' ? more : '')).slice(0, MAX_MESSAGE_CHARS));
      return [];
    }
    const text = this.#summaries.get(id);
    const summary = text && !update.summary ? { summary: [{ type: 'text', text }] } : {};
    const agorManual = this.manualCompaction;
    if (status !== 'in_progress') this.#summaries.clear();
    return [raw({ ...update, ...summary, agorManual })];
  }

  #callOf(id: string): ToolCall {
    const known = this.#calls.get(id);
    if (known) return known;
    const call = new ToolCall(id, this.now);
    this.#calls.set(id, call);
    return call;
  }

  /** Something else is told: a call that waits for more of its input will hardly get it. */
  #beginOthers(but: ToolCall | null): Told[] {
    const told: Told[] = [];
    for (const call of this.#calls.values())
      if (call !== but && !call.begun && call.hasInput) told.push(...this.#closeBlock(false), ...this.#begin(call));
    const [oldest] = this.#calls.values();
    if (this.#calls.size > MAX_CALLS && oldest && oldest !== but)
      told.push(...this.#begin(oldest), ...this.#end(oldest, true));
    return told;
  }

  #begin(call: ToolCall): Told[] {
    if (call.begun) return [];
    call.begun = true;
    return [...this.#takeUsage(), { event: { ...call.callEvent() } }];
  }

  #end(call: ToolCall, interrupted: boolean): Told[] {
    this.#calls.delete(call.id);
    this.#ended.add(call.id);
    const [oldest] = this.#ended;
    if (this.#ended.size > MAX_ENDED && oldest !== undefined) this.#ended.delete(oldest);
    const blockId = this.#outputs.get(call.id);
    this.#outputs.delete(call.id);
    return [{ event: { ...call.resultEvent(interrupted) }, ...(blockId ? { blockId } : {}) }];
  }

  /** The output of a command that runs, as far as it only grew. */
  #grown(call: ToolCall): Told[] {
    if (!call.begun || call.kind !== 'execute' || call.parentId !== undefined) return [];
    const output = call.output();
    if (!output.startsWith(call.shown) || output.length > MAX_OPEN_BLOCK_CHARS) return [];
    const text = output.slice(call.shown.length);
    if (text === '') return [];
    call.shown = output;
    const blockId = this.#outputs.get(call.id) ?? this.#newBlock();
    this.#outputs.set(call.id, blockId);
    return [{ delta: { blockId, kind: 'toolOutput', text, toolUseId: call.id } }];
  }

  #closeBlock(partial: boolean): Told[] {
    const block = this.#block;
    this.#block = null;
    if (!block || block.text === '') return [];
    const { kind, text, parentId, blockId } = block;
    const event = { type: 'said', kind, text, ...(partial ? { partial } : {}), ...(parentId ? { parentId } : {}) };
    return [parentId ? { event } : { event, blockId }];
  }

  /** One agent tells what a call of the model took on an empty piece of a message. */
  #countUsage(meta: unknown): void {
    const { inputTokens, outputTokens, cachedReadTokens } = fields(fields(meta).usage);
    if (typeof inputTokens !== 'number') return;
    const of = (count: unknown) => (typeof count === 'number' && count >= 0 ? count : 0);
    const [input, output, cached] = [of(inputTokens), of(outputTokens), of(cachedReadTokens)];
    this.#usage = { ...this.#usage, sessionUpdate: 'usage_update', used: input + output };
    const call = { inputTokens: Math.max(0, input - cached), outputTokens: output, cacheReadTokens: cached };
    this.#spent = plus(this.#spent, call);
    this.#untold = plus(this.#untold, call);
  }

  #takeUsage(): Told[] {
    const usage = this.#usage;
    const spent = this.#untold;
    this.#usage = null;
    this.#untold = null;
    return usage ? [raw(spent ? { ...usage, agorSpent: spent } : usage)] : [];
  }

  #newBlock(): BlockId {
    return BlockId.parse(`${this.prefix}-${++this.#blocks}`);
  }
}

function plus(sum: Spent | null, call: Omit<Spent, 'cacheCreationTokens'>): Spent {
  return {
    inputTokens: (sum?.inputTokens ?? 0) + call.inputTokens,
    outputTokens: (sum?.outputTokens ?? 0) + call.outputTokens,
    cacheReadTokens: (sum?.cacheReadTokens ?? 0) + call.cacheReadTokens,
    cacheCreationTokens: sum?.cacheCreationTokens ?? 0,
  };
}

function raw(update: Update): Told {
  return { event: { type: 'update', update } };
}
