import type { ChatMessage, ChatPart } from '../server/index.ts';
import { shortened } from '../tools/index.ts';

/** The part of the window that the conversation may take while it is summarised. */
const TRANSCRIPT_PART = 0.55;
const MAX_OUTPUT_CHARS = 2_000;
const MAX_SUMMARY_CHARS = 24_000;
const MAX_REQUEST_CHARS = 8_000;
/** … and at most this part of the window. */
const REQUEST_PART = 0.15;

const SYSTEM =
  'You summarise a conversation between a person and a coding agent, so that the agent can go on from your summary alone.';
const TASK = `Write the summary now, in at most 500 words, under these headings:
Goal: what the person wants, with every wish and limit they named.
Done: what was done, with the paths of the files that were read or changed and what is in them that matters.
Found: facts, errors, decisions.
Next: what is left to do.
Write only the summary.`;

/** The messages of a call that summarises; the conversation is shortened until it fits. */
export function summaryRequest(
  messages: readonly ChatMessage[],
  charsFor: (part: number) => number,
  wish: string,
): ChatMessage[] {
  const transcript = shortened(messages.map(asText).join('\n\n'), charsFor(TRANSCRIPT_PART));
  const told = wish ? `\nThe person wants this to be kept: ${wish.slice(0, MAX_OUTPUT_CHARS)}` : '';
  return [
    { role: 'system', text: SYSTEM },
    { role: 'user', text: `<conversation>\n${transcript}\n</conversation>\n\n${TASK}${told}` },
  ];
}

/** The summary out of the stream. Throws when the model says nothing. */
export async function readSummary(parts: AsyncIterable<ChatPart>) {
  let text = '';
  let end: Extract<ChatPart, { type: 'end' }> | null = null;
  for await (const part of parts) {
    if (part.type === 'text' && text.length < MAX_SUMMARY_CHARS) text += part.text;
    else if (part.type === 'end') end = part;
  }
  if (text.trim() === '')
    throw new Error('The model gave no summary of the conversation, so there is no room to go on.');
  return { text: text.trim().slice(0, MAX_SUMMARY_CHARS), end };
}

/** The summary with what must survive word for word: the request that is being worked on. */
export function withRequest(summary: string, request: string | null, charsFor: (part: number) => number): string {
  if (!request) return summary;
  return `${summary}\n\nThe person's latest request, word for word, which is being worked on:\n${shortened(request, Math.min(MAX_REQUEST_CHARS, charsFor(REQUEST_PART)))}`;
}

function asText(message: ChatMessage): string {
  switch (message.role) {
    case 'user':
      return `PERSON: ${message.text}`;
    case 'assistant': {
      const calls = message.calls.map(
        ({ name, input }) => `AGENT CALLS ${name} ${shortened(JSON.stringify(input ?? null), MAX_OUTPUT_CHARS)}`,
      );
      return [...(message.text ? [`AGENT: ${message.text}`] : []), ...calls].join('\n');
    }
    case 'tool':
      return `${message.isError ? 'ERROR' : 'RESULT'} OF ${message.name}: ${shortened(message.output, MAX_OUTPUT_CHARS)}`;
    case 'system':
      return message.text;
  }
}
