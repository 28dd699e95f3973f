import { type FileHandle, open } from 'node:fs/promises';
import type { OutsideSession } from '@agor/protocol';
import { z } from 'zod';
import { promptOf, readEntry } from './entries.ts';
import type { Transcript } from './transcripts.ts';

export type Described = Omit<OutsideSession, 'importedAs' | 'provider'>;

/** How much of a file's beginning and end is read to describe it. */
const PIECE_BYTES = 48 * 1024;
const MAX_TITLE_CHARS = 120;

/** What later lines call the conversation, the best first: the person's own name for it, the CLI's, its summary. */
const TITLE_KINDS = ['custom-title', 'ai-title', 'summary'] as const;
const Titled = z.looseObject({
  type: z.enum(TITLE_KINDS),
  customTitle: z.string().optional(),
  aiTitle: z.string().optional(),
  summary: z.string().optional(),
});
const Enqueued = z.looseObject({ type: z.literal('queue-operation'), content: z.string().min(1) });

/** What a transcript is about, from its beginning and end. Null when it is no conversation with a person: a subagent's, or an empty one. */
export async function describeTranscript(transcript: Transcript): Promise<Described | null> {
  const file = await open(transcript.path).catch(() => null); // it was just removed, or is not ours to read
  if (file === null) return null;
  try {
    const head = await piece(file, 0, PIECE_BYTES);
    const rest = transcript.sizeBytes - PIECE_BYTES;
    const tail =
      rest <= 0 ? '' : await piece(file, Math.max(PIECE_BYTES, transcript.sizeBytes - PIECE_BYTES), PIECE_BYTES);
    return describe(transcript, head.split('\n'), tail.split('\n'));
  } finally {
    await file.close();
  }
}

function describe(transcript: Transcript, head: readonly string[], tail: readonly string[]): Described | null {
  const entries = head.map(readEntry).filter((entry) => entry !== null);
  const cwd = entries.find((entry) => entry.cwd !== undefined)?.cwd;
  if (cwd === undefined || entries.find((entry) => entry.uuid !== undefined)?.isSidechain) return null;
  const first = entries.map(promptOf).find((text) => text !== null) ?? queued(head);
  const title = titleIn([...head, ...tail]) ?? first ?? undefined;
  // Nobody said anything yet, or all that was said is beyond the piece: then its size tells.
  if (title === undefined && transcript.sizeBytes <= PIECE_BYTES) return null;
  return {
    providerSessionId: transcript.id,
    cwd,
    title: oneLine(title ?? 'Untitled conversation'),
    updatedAt: transcript.updatedAt,
    sizeBytes: transcript.sizeBytes,
  };
}

/** The newest of the best kind of title. */
function titleIn(lines: readonly string[]): string | undefined {
  const titles = new Map<string, string>();
  for (const line of lines) {
    if (!TITLE_KINDS.some((kind) => line.startsWith(`{"type":"${kind}"`))) continue;
    const titled = Titled.safeParse(parsed(line));
    const text = titled.success && (titled.data.customTitle ?? titled.data.aiTitle ?? titled.data.summary)?.trim();
    if (titled.success && text) titles.set(titled.data.type, text);
  }
  return TITLE_KINDS.map((kind) => titles.get(kind)).find((text) => text !== undefined);
}

/** A prompt that stands only in the CLI's queue so far. */
function queued(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    if (!line.startsWith('{"type":"queue-operation"')) continue;
    const operation = Enqueued.safeParse(parsed(line));
    if (operation.success) return operation.data.content;
  }
  return undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // cut by the piece's end
  }
}

async function piece(file: FileHandle, from: number, bytes: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, from);
  return buffer.subarray(0, bytesRead).toString('utf8');
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_TITLE_CHARS ? `${line.slice(0, MAX_TITLE_CHARS - 1)}…` : line;
}
