import { closeSync, openSync, readSync } from 'node:fs';
import {
  type AgentMessage,
  type BlobRef,
  MAX_INDEXED_CHARS,
  type SearchRole,
  type SessionEventBody,
} from '@agor/protocol';
import { blobPath } from '@agor/runtime';

export interface EventText {
  readonly kind: 'message' | 'tool';
  readonly role: SearchRole;
  /** At most MAX_INDEXED_CHARS. */
  readonly text: string;
  /** There is more of it. */
  readonly cut: boolean;
  readonly promptId?: string;
}

/** Kinds of events in which something is said; the others are not even parsed. */
export const TELLING_KINDS: ReadonlySet<string> = new Set([
  'promptQueued',
  'promptEdited',
  'promptCancelled',
  'message',
  'turnEnded',
  'askOpened',
  'notice',
  'processExited',
  'promptFailed',
]);

/** What an event says, as it can be searched; null when it says nothing. Of a long output the beginning is read from its blob. */
export function eventText(event: SessionEventBody, blobsDir: string): EventText | null {
  switch (event.kind) {
    case 'promptQueued': {
      const { id, text, source, wake } = event.prompt;
      const role = source === 'agor' ? 'agor' : 'user';
      return said('message', role, wake ? `${wake}\n${text}` : text, { promptId: id });
    }
    case 'promptEdited':
      return said('message', 'user', event.text, { promptId: event.promptId });
    case 'message':
      return messageText(event.message, blobsDir);
    case 'turnEnded':
      return event.outcome === 'done' ? null : said('message', 'error', event.message ?? '');
    case 'promptFailed':
      return said('message', 'error', event.message);
    case 'processExited':
      return event.expected ? null : said('message', 'error', `${event.reason ?? ''}\n${event.stderrTail ?? ''}`);
    case 'notice':
      return said('message', event.level === 'error' ? 'error' : 'agor', event.message);
    case 'askOpened': {
      const { ask } = event;
      if (ask.kind === 'permission') return said('tool', 'tool', [ask.title, ...strings(ask.input)].join('\n'));
      if (ask.kind === 'plan') return said('message', 'agent', `${ask.title}\n${ask.plan}`);
      return said(
        'message',
        'agent',
        ask.questions.flatMap((one) => [one.question, ...strings(one.options)]).join('\n'),
      );
    }
    default:
      return null;
  }
}

function messageText(message: AgentMessage, blobsDir: string): EventText | null {
  switch (message.type) {
    case 'text':
    case 'thinking': {
      const { text, textBlob } = message.content;
      return said('message', message.type === 'text' ? 'agent' : 'thinking', withBlob(text, textBlob, blobsDir), {
        size: textBlob?.size,
      });
    }
    case 'tool_call': {
      const { name, title = '', input, inputBlob } = message.content;
      const parts = [name, title, ...strings(input).filter((part) => part !== title)].join('\n');
      return said('tool', 'tool', inputBlob ? withBlob(parts, inputBlob, blobsDir) : parts, { size: inputBlob?.size });
    }
    case 'tool_result': {
      const { output, outputBlob, diffs = [], isError } = message.content;
      const all = [withBlob(output, outputBlob, blobsDir), ...diffs.map(({ path, patch }) => `${path}\n${patch}`)];
      return said('tool', isError ? 'error' : 'tool', all.join('\n'), { size: outputBlob?.size });
    }
    case 'subagent': {
      const { description = '', prompt = '', summary = '' } = message.content;
      return said('tool', 'tool', [description, prompt, summary].join('\n'));
    }
    case 'compaction':
      return said('message', 'agent', message.content.summary ?? '');
    case 'plan':
      return said('message', 'agent', message.content.entries.map(({ content }) => content).join('\n'));
    case 'error':
      return said('message', 'error', message.content.message);
    default:
      return null;
  }
}

function said(
  kind: EventText['kind'],
  role: SearchRole,
  text: string,
  { promptId, size = 0 }: { promptId?: string; size?: number | undefined } = {},
): EventText | null {
  if (text.trim() === '') return null;
  const cut = text.length > MAX_INDEXED_CHARS || size > MAX_INDEXED_CHARS;
  return { kind, role, text: text.slice(0, MAX_INDEXED_CHARS), cut, ...(promptId !== undefined && { promptId }) };
}

/** The strings within what a tool was given: its keys are the same in every call, and would be found in every call. */
function strings(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 8) return [];
  return Object.values(value).flatMap((inner) => strings(inner, depth + 1));
}

/** The beginning of a blob; what stands in the event when the blob is gone or is no text. */
function withBlob(preview: string, ref: BlobRef | undefined, blobsDir: string): string {
  if (!ref || !/^text\/|json/.test(ref.mediaType)) return preview;
  try {
    const file = openSync(blobPath(blobsDir, ref.blob), 'r');
    try {
      const buffer = Buffer.allocUnsafe(MAX_INDEXED_CHARS);
      const head = buffer.toString('utf8', 0, readSync(file, buffer, 0, MAX_INDEXED_CHARS, 0));
      return head.length > preview.length ? head : preview;
    } finally {
      closeSync(file);
    }
  } catch {
    // Collected, or not here: its preview is what is left.
    return preview;
  }
}
