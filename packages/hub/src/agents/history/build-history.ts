import { type AgentMessage, type HistoryItem, MAX_HISTORY_CHARS, type SessionEvent } from '@agor/protocol';

/** Most characters of one tool's input or output: a model that needs more of it can call the tool again. */
export const MAX_TOOL_CHARS = 32_000;

/**
 * What was said in a session, from its events (oldest first): the person's words where the agent got them, also those that steered a
 * turn, what the agent said, and its tools' calls with their results. Subagents are left out: their result says what came of them. It
 * begins anew with each compaction that has a summary.
 */
export function buildHistory(events: readonly SessionEvent[], maxChars = MAX_HISTORY_CHARS): HistoryItem[] {
  const texts = promptTexts(events);
  const given = new Set<string>();
  const open = new Set<string>();
  let items: HistoryItem[] = [];
  const closeCalls = () => {
    for (const toolUseId of open) items.push(unanswered(toolUseId));
    open.clear();
  };
  for (const event of events) {
    const promptId = event.kind === 'turnStarted' || event.kind === 'promptDelivered' ? (event.promptId ?? null) : null;
    if (promptId !== null && !given.has(promptId)) {
      given.add(promptId);
      const text = texts.get(promptId);
      if (text === undefined || isCompact(text)) continue;
      closeCalls();
      items.push({ kind: 'user', text });
    }
    if (event.kind !== 'message') continue;
    const { message } = event;
    if (message.type === 'compaction' && message.content.summary) {
      items = [{ kind: 'summary', text: message.content.summary }];
      open.clear();
      continue;
    }
    const item = itemOf(message, open);
    if (item) items.push(item);
  }
  closeCalls();
  return bounded(items, maxChars);
}

/** Texts of prompts as they were when they went out. */
function promptTexts(events: readonly SessionEvent[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const event of events) {
    if (event.kind === 'promptQueued')
      texts.set(event.prompt.id, withImages(event.prompt.text, event.prompt.images.length));
    if (event.kind === 'promptEdited') texts.set(event.promptId, event.text);
  }
  return texts;
}

function withImages(text: string, images: number): string {
  return images === 0 ? text : `${text}\n[${images} ${images === 1 ? 'image' : 'images'} came with this]`.trimStart();
}

/** A prompt that asked for compaction is no part of the conversation. */
function isCompact(text: string): boolean {
  return /^\s*\/compact(\s|$)/.test(text);
}

function itemOf(message: AgentMessage, open: Set<string>): HistoryItem | null {
  if (message.parentId !== undefined) return null;
  switch (message.type) {
    case 'text':
      return message.content.text === '' ? null : { kind: 'assistant', text: message.content.text };
    case 'tool_call': {
      const { toolUseId, name, input } = message.content;
      if (open.has(toolUseId)) return null; // told again: the vendor knew more of the same call
      open.add(toolUseId);
      return { kind: 'toolCall', toolUseId, name, input: boundedInput(input) };
    }
    case 'tool_result': {
      const { toolUseId, output, isError } = message.content;
      if (!open.delete(toolUseId)) return null;
      return { kind: 'toolResult', toolUseId, output: cut(output), isError };
    }
    default:
      return null;
  }
}

function unanswered(toolUseId: string): HistoryItem {
  return { kind: 'toolResult', toolUseId, output: 'No result: the turn ended first.', isError: true };
}

function cut(text: string): string {
  if (text.length <= MAX_TOOL_CHARS) return text;
  return `${text.slice(0, MAX_TOOL_CHARS)}\n[${text.length - MAX_TOOL_CHARS} more characters were left out]`;
}

/** Models expect an object here. */
function boundedInput(input: unknown): unknown {
  const json = JSON.stringify(input) ?? 'null';
  return json.length <= MAX_TOOL_CHARS
    ? input
    : { leftOut: `an input of ${json.length} characters`, begin: json.slice(0, 2_000) };
}

/** The newest items that fit; what they go on from is said first. */
function bounded(items: readonly HistoryItem[], maxChars: number): HistoryItem[] {
  const [first] = items;
  const summary = first?.kind === 'summary' ? first : null;
  const rest = summary ? items.slice(1) : items;
  const room = maxChars - (summary ? charsOf(summary) : 0) - NOTE_CHARS;
  let chars = 0;
  let from = rest.length;
  while (from > 0) {
    chars += charsOf(rest[from - 1] as HistoryItem);
    if (chars > room) break;
    from--;
  }
  // A result without its call is no conversation: no model's server takes it.
  const known = new Set(rest.slice(from).flatMap((item) => (item.kind === 'toolCall' ? [item.toolUseId] : [])));
  const kept = rest.slice(from).filter((item) => item.kind !== 'toolResult' || known.has(item.toolUseId));
  const note: HistoryItem[] =
    from > 0
      ? [{ kind: 'summary', text: `${from} older items of this conversation were left out for their size.` }]
      : [];
  return [...(summary ? [summary] : []), ...note, ...kept];
}

const NOTE_CHARS = 200;

function charsOf(item: HistoryItem): number {
  return JSON.stringify(item).length + 1;
}
