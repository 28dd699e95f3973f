import { open } from 'node:fs/promises';
import { type AgentMessage, AgentMessage as AgentMessageSchema } from '@agor/protocol';
import { LineSplitter } from '@agor/runtime';
import type { AdapterMemory } from '../../define.ts';
import type { OutsideItem, ServicePlace } from '../../services.ts';
import { claudeAdapter } from '../adapter/index.ts';
import { branchOf } from './branch.ts';
import { type Described, describeTranscript } from './describe-transcript.ts';
import { type Entry, promptOf, readEntry } from './entries.ts';
import { findTranscripts, isTranscriptId } from './transcripts.ts';

/** Of a larger file the end is read. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;
/** Items and characters that one conversation may have here; the oldest are left out. */
export const MAX_ITEMS = 4_000;
export const MAX_CHARS = 4 * 1024 * 1024;
/** Of one text, such as a command's output. */
const MAX_TEXT_CHARS = 24 * 1024;

/** Adapter events carry their own time; this is for the few lines without one. */
type At = (entry: Entry) => number;

/** One conversation of Claude Code as the person would have seen it here. Throws when there is none with that id. */
export async function readOutside(
  place: ServicePlace,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly session: Described; readonly items: OutsideItem[] }> {
  const gone = `Claude Code has no conversation ${id} any more.`;
  // Also what keeps the id from being a path.
  if (!isTranscriptId(id)) throw new Error(gone);
  const transcript = (await findTranscripts({ ...place, cwd: null }, signal)).find((each) => each.id === id);
  const session = transcript && (await describeTranscript(transcript));
  if (!transcript || !session) throw new Error(gone);
  const from = Math.max(0, transcript.sizeBytes - MAX_FILE_BYTES);
  const entries = branchOf(await entriesOf(transcript.path, from, signal));
  return {
    session,
    items: bounded(
      itemsOf(entries, () => transcript.updatedAt),
      from > 0,
    ),
  };
}

async function entriesOf(path: string, from: number, signal: AbortSignal): Promise<Entry[]> {
  const lines = new LineSplitter(MAX_LINE_BYTES);
  const entries: Entry[] = [];
  const take = (line: string | object | null) => {
    const entry = typeof line === 'string' ? readEntry(line) : null;
    if (entry) entries.push(withoutAttachment(entry));
  };
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(PIECE_BYTES);
    for (let at = from; ; ) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      for (const line of lines.push(Uint8Array.from(buffer.subarray(0, bytesRead)))) take(line);
    }
  } finally {
    await file.close();
  }
  take(lines.end());
  return entries;
}

/** What the CLI told the model beside the conversation is large, and only its place in the chain counts here. */
function withoutAttachment(entry: Entry): Entry {
  if (entry.type !== 'attachment') return entry;
  const { type, uuid, parentUuid, logicalParentUuid, isSidechain } = entry;
  return { type, uuid, parentUuid, logicalParentUuid, isSidechain };
}

/** The live stream's adapter does the work; an entry is brought into the form of the event that it was. */
function itemsOf(entries: readonly Entry[], fallback: At): OutsideItem[] {
  let memory: AdapterMemory = { ...claudeAdapter.initial(), cwd: entries.find((entry) => entry.cwd)?.cwd ?? '' };
  return entries.flatMap((entry): OutsideItem[] => {
    const told = Date.parse(entry.timestamp ?? '');
    const at = Number.isNaN(told) ? fallback(entry) : told;
    const text = promptOf(entry);
    if (text !== null) return [{ kind: 'prompt', text: clip(text), at }];
    const event = eventOf(entry);
    if (event === null) return [];
    const adapted = claudeAdapter.adapt(event, memory, at);
    memory = adapted.memory;
    return adapted.messages.map((message) => ({ kind: 'message', message: clipped(message) }));
  });
}

function eventOf(entry: Entry): unknown {
  const { type, uuid, message, error, timestamp } = entry;
  const common = { uuid, timestamp, parent_tool_use_id: null };
  if (type === 'assistant') return { ...common, type, message, error, api_error_status: entry.apiErrorStatus };
  if (type === 'user' && !entry.isMeta)
    return { ...common, type, message, tool_use_result: entry.toolUseResult, isSynthetic: entry.isCompactSummary };
  if (type === 'system' && entry.subtype === 'compact_boundary') {
    const { trigger, preTokens, postTokens } = (entry.compactMetadata ?? {}) as Record<string, unknown>;
    const compact_metadata = { trigger, pre_tokens: preTokens, post_tokens: postTokens };
    return { ...common, type, subtype: entry.subtype, compact_metadata };
  }
  return null;
}

/** The newest items that fit; when older ones do not, the first item says so. */
function bounded(items: readonly OutsideItem[], cut: boolean): OutsideItem[] {
  let chars = 0;
  let first = items.length;
  while (first > 0 && items.length - first < MAX_ITEMS) {
    chars += JSON.stringify(items[first - 1]).length;
    if (chars > MAX_CHARS) break;
    first--;
  }
  const kept = items.slice(first);
  if (first === 0 && !cut) return kept;
  const at = kept[0]?.kind === 'message' ? kept[0].message.timestamp : (kept[0]?.at ?? 0);
  const note: AgentMessage = {
    id: 'agor-older-left-out',
    type: 'status',
    content: {
      subtype: 'older_left_out',
      message: 'Earlier parts of this conversation are left out here. Claude still has them.',
    },
    timestamp: at,
  };
  return [{ kind: 'message', message: note }, ...kept];
}

/** The message with every long text of it cut. A message that would not be one any more stays as it is. */
function clipped(message: AgentMessage): AgentMessage {
  const short = AgentMessageSchema.safeParse(clipDeep(message));
  return short.success ? short.data : message;
}

function clipDeep(value: unknown): unknown {
  if (typeof value === 'string') return clip(value);
  if (Array.isArray(value)) return value.map(clipDeep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, clipDeep(each)]));
}

function clip(text: string): string {
  if (text.length <= MAX_TEXT_CHARS) return text;
  return `${text.slice(0, MAX_TEXT_CHARS)}\n[… ${text.length} characters in all]`;
}
