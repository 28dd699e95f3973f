import { z } from 'zod';

/** One content block of a message. Unknown kinds and fields are kept: the stand-in must not be stricter than the API. */
const block = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  id: z.string().optional(),
  tool_use_id: z.string().optional(),
  is_error: z.boolean().optional(),
  content: z.unknown().optional(),
  source: z
    .looseObject({ type: z.string(), media_type: z.string().optional(), data: z.string().optional() })
    .optional(),
});

const message = z.looseObject({
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([z.string().transform((text) => [{ type: 'text', text } as z.infer<typeof block>]), z.array(block)]),
});

/** The body of POST /v1/messages and /v1/messages/count_tokens, read leniently. */
export const messagesRequest = z.looseObject({
  model: z.string(),
  system: z.union([z.string().transform((text) => [{ type: 'text', text }]), z.array(block)]).optional(),
  messages: z.array(message),
  tools: z.array(z.looseObject({ name: z.string().optional() })).optional(),
  stream: z.boolean().optional(),
  metadata: z.looseObject({ user_id: z.string().optional() }).optional(),
});

export type MessagesRequest = z.infer<typeof messagesRequest>;
export type RequestBlock = z.infer<typeof block>;

/** Where a conversation stands: what was asked last and how often the model was already called for it. */
export interface Standing {
  /** The text of the last thing that a person (or a side query) asked, without the CLI's reminders. */
  prompt: string;
  /** Answers that the model has given since that prompt: 0 for the first call. */
  call: number;
  /** Results of the last answer's tool calls, in the order of the calls (they arrive in the order in which they end). */
  results: RequestBlock[];
  /** Images that came with the prompt. */
  images: { mediaType: string; bytes: number }[];
}

/** Texts that the CLI writes into user messages itself; none of them is a prompt. */
const NOT_A_PROMPT = [
  /^\[Request interrupted by user/,
  /^Continue from where you left off\.?$/,
  /^Your response above was cut off mid-stream\./,
  /^\[Image: source: /,
  /^<(local-command-caveat|local-command-stdout|command-name)>/,
];

/** What stands for a prompt when the CLI wakes the model because a background task has ended. */
export const TASK_NOTIFICATION = '<task-notification>';

function promptText(text: string): string {
  // It comes inside a reminder, yet it begins a turn of its own.
  if (text.includes(TASK_NOTIFICATION)) return TASK_NOTIFICATION;
  const bare = withoutReminders(text).trim();
  return NOT_A_PROMPT.some((pattern) => pattern.test(bare)) ? '' : bare;
}

/**
 * Reads the standing out of the conversation alone, so that the stand-in needs no memory and goes on after a resume,
 * a kill or a restart of either side. The prompt is the last non-empty text block of the last user message that has one.
 */
export function standingOf(request: MessagesRequest): Standing {
  const { messages } = request;
  let at = messages.length - 1;
  let prompt = '';
  for (; at >= 0; at--) {
    const candidate = messages[at];
    if (candidate?.role !== 'user') continue;
    const texts = candidate.content.filter((part) => part.type === 'text').map((part) => promptText(part.text ?? ''));
    prompt = texts.filter(Boolean).at(-1) ?? '';
    if (prompt) break;
  }
  const since = messages.slice(at + 1);
  // Consecutive assistant messages are one answer that was split by block.
  const call = since.filter((m, i) => m.role === 'assistant' && since[i - 1]?.role !== 'assistant').length;
  const lastAnswer = since.findLastIndex((m) => m.role === 'assistant');
  const calls = (since[lastAnswer]?.content ?? []).map((part) => part.id);
  const results = since
    .slice(lastAnswer + 1)
    .flatMap((m) => m.content)
    .filter((part) => part.type === 'tool_result')
    .sort((one, other) => calls.indexOf(one.tool_use_id) - calls.indexOf(other.tool_use_id));
  const images = (messages[at]?.content ?? [])
    .filter((part) => part.type === 'image')
    .map((part) => ({
      mediaType: part.source?.media_type ?? 'unknown',
      bytes: Math.floor(((part.source?.data ?? '').replace(/=+$/, '').length * 3) / 4),
    }));
  return { prompt, call, results, images };
}

const withoutReminders = (text: string) => text.replace(/\n*<system-reminder>[\s\S]*?<\/system-reminder>/g, '');

/** The text of a tool result, whichever of its two forms it has, without the CLI's reminders. */
export function resultText(result: RequestBlock | undefined): string {
  const content = result?.content;
  if (typeof content === 'string') return withoutReminders(content).trim();
  if (!Array.isArray(content)) return '';
  return withoutReminders(content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('')).trim();
}
