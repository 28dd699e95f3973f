import type { BlobRef, ImageInput, PromptId, SessionEvent } from '@agor/protocol';
import type { ExportSource } from './source.ts';

/** One thing that a reader sees, in any of the formats for people. */
export type Entry = { readonly at: number } & (
  | { readonly kind: 'you'; readonly text: string; readonly images: readonly BlobRef[] }
  | { readonly kind: 'agent'; readonly text: string; readonly inside: boolean }
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'tool'; readonly name: string; readonly title: string; readonly input: string }
  | {
      readonly kind: 'output';
      readonly text: string;
      readonly isError: boolean;
      readonly diffs: readonly { readonly path: string; readonly patch: string }[];
      readonly images: readonly BlobRef[];
    }
  | { readonly kind: 'note'; readonly text: string }
);

/** Prompts that wait at a time are few; of more, the oldest counts as gone. */
const MAX_WAITING = 1000;

/** What happened in a session, as people read it, one after the other. */
export function* entriesOf(source: ExportSource): Generator<Entry> {
  const waiting = new Map<PromptId, { text: string; images: readonly ImageInput[] }>();
  for (const event of source.events()) {
    if (event.kind === 'promptQueued') {
      waiting.set(event.prompt.id, { text: event.prompt.text, images: event.prompt.images });
      const [oldest] = waiting.keys();
      if (oldest && waiting.size > MAX_WAITING) waiting.delete(oldest);
    } else if (event.kind === 'promptEdited') {
      const prompt = waiting.get(event.promptId);
      if (prompt) prompt.text = event.text;
    } else if (event.kind === 'promptCancelled') waiting.delete(event.promptId);
    else if (event.kind === 'promptSent') {
      const prompt = waiting.get(event.promptId);
      waiting.delete(event.promptId);
      const images = prompt?.images.flatMap((image) => (image.kind === 'blob' ? [image.ref] : [])) ?? [];
      if (prompt) yield { at: event.at, kind: 'you', text: prompt.text, images };
    } else {
      const entry = entryOf(event, source);
      if (entry) yield entry;
    }
  }
  for (const { text } of waiting.values())
    yield { at: source.state.lastActivityAt, kind: 'note', text: `Waiting to be sent: ${text}` };
}

function entryOf(event: SessionEvent, source: ExportSource): Entry | null {
  const { at } = event;
  const note = (text: string): Entry => ({ at, kind: 'note', text });
  switch (event.kind) {
    case 'message':
      return messageEntry(event, source);
    case 'askOpened':
      return note(`Asked: ${event.ask.title}`);
    case 'askAnswered':
      return note(`Answered by ${event.by}: ${answerWords(event.answer)}`);
    case 'notice':
      return note(event.message);
    case 'promptFailed':
      return note(`The prompt did not reach the agent: ${event.message}`);
    case 'turnEnded':
      return event.outcome === 'done' ? null : note(`The turn was ${event.outcome}. ${event.message ?? ''}`.trim());
    case 'settingsChanged':
      return event.model === undefined ? null : note(`Model: ${event.model}`);
    default:
      return null;
  }
}

function messageEntry(event: Extract<SessionEvent, { kind: 'message' }>, source: ExportSource): Entry | null {
  const { at, message } = event;
  switch (message.type) {
    case 'text':
    case 'thinking': {
      const text = source.whole(message.content.text, message.content.textBlob);
      return message.type === 'thinking'
        ? { at, kind: 'thinking', text }
        : { at, kind: 'agent', text, inside: message.parentId !== undefined };
    }
    case 'tool_call': {
      const { name, title = '', input, inputBlob } = message.content;
      const json = typeof input === 'string' ? input : (JSON.stringify(input, null, 2) ?? '');
      return { at, kind: 'tool', name, title, input: source.whole(json, inputBlob) };
    }
    case 'tool_result': {
      const { output, outputBlob, isError, diffs = [], images = [] } = message.content;
      const text = source.whole(output, outputBlob);
      if (text === '' && diffs.length === 0 && images.length === 0) return null;
      return { at, kind: 'output', text, isError, diffs, images };
    }
    case 'error':
      return { at, kind: 'note', text: message.content.message };
    case 'plan': {
      const marks = { pending: '[ ]', in_progress: '[~]', completed: '[x]' } as const;
      const lines = message.content.entries.map(({ status, content }) => `${marks[status]} ${content}`);
      return { at, kind: 'note', text: ['Plan', ...lines].join('\n') };
    }
    case 'compaction':
      return { at, kind: 'note', text: `The conversation was compacted. ${message.content.summary ?? ''}`.trim() };
    case 'subagent': {
      const { state, description = '', summary = '' } = message.content;
      return state === 'progress'
        ? null
        : { at, kind: 'note', text: `Subagent ${state}: ${description} ${summary}`.trim() };
    }
    default:
      return null;
  }
}

function answerWords(answer: unknown): string {
  return typeof answer === 'string' ? answer : JSON.stringify(answer);
}
