import { z } from 'zod';

/** One item of a conversation. Unknown kinds and fields are kept: the stand-in must not be stricter than the API. */
const item = z.looseObject({
  type: z.string(),
  role: z.string().optional(),
  name: z.string().optional(),
  call_id: z.string().optional(),
  content: z
    .union([
      z.string(),
      z.array(z.looseObject({ type: z.string(), text: z.string().optional(), image_url: z.string().optional() })),
    ])
    .nullish(),
  output: z.unknown().optional(),
});

/** The body of POST /v1/responses, read leniently. */
export const responsesRequest = z.looseObject({
  model: z.string(),
  instructions: z.string().optional(),
  input: z.array(item),
  tools: z.array(z.looseObject({ type: z.string(), name: z.string().optional() })).optional(),
  stream: z.boolean().optional(),
  prompt_cache_key: z.string().optional(),
});

export type ResponsesRequest = z.infer<typeof responsesRequest>;
export type RequestItem = z.infer<typeof item>;

/** Where a conversation stands: what was asked last and how often the model was already called for it. */
export interface Standing {
  /** The text of the last thing that a person (or a question of the CLI's own) asked. */
  prompt: string;
  /** Answers that the model has given since that prompt: 0 for the first call. */
  call: number;
  /** Results of the last answer's calls, in the order of the calls. */
  results: RequestItem[];
  /** Images that came with the prompt, as data URLs. */
  images: string[];
}

/** Texts that the CLI writes into user messages itself; none of them is a prompt. */
const NOT_A_PROMPT = [
  /^<(environment_context|user_instructions|turn_aborted|user_shell_command|subagent_notification|image|\/image)\b/,
  /^# AGENTS\.md instructions/,
  /^Another language model started to solve this problem/,
];

/** What agor puts behind a prompt of a project that has anchors. */
const ANCHORS = /<session-anchors>[\s\S]*?<\/session-anchors>/g;

const textsOf = ({ content }: RequestItem): string[] =>
  typeof content === 'string' ? [content] : (content ?? []).flatMap((part) => part.text ?? []);

function promptOf(message: RequestItem): string {
  if (message.type !== 'message' || message.role !== 'user') return '';
  const texts = textsOf(message).map((text) => text.replace(ANCHORS, '').trim());
  return texts.filter((text) => text && !NOT_A_PROMPT.some((pattern) => pattern.test(text))).at(-1) ?? '';
}

const isOutput = ({ type }: RequestItem) => type.endsWith('_output');
/** What the model itself said. */
const isAnswer = (each: RequestItem | undefined) =>
  each !== undefined && !isOutput(each) && (each.type !== 'message' || each.role === 'assistant');

/**
 * Reads the standing out of the conversation alone, so that the stand-in needs no memory and goes on after a resume, a kill
 * or a restart of either side. The prompt is the last user message that a person wrote.
 */
export function standingOf({ input }: ResponsesRequest): Standing {
  const at = input.findLastIndex((each) => promptOf(each) !== '');
  const since = input.slice(at + 1);
  // Consecutive items of the model are one answer.
  const call = since.filter((each, i) => isAnswer(each) && !isAnswer(since[i - 1])).length;
  const prompted = input[at];
  const parts = prompted && Array.isArray(prompted.content) ? prompted.content : [];
  return {
    prompt: prompted ? promptOf(prompted) : '',
    call,
    results: since.slice(since.findLastIndex(isAnswer) + 1).filter(isOutput),
    images: parts.flatMap((part) => part.image_url ?? []),
  };
}

/** The text of a call's result, whichever of its forms it has. */
export function resultText(result: RequestItem | undefined): string {
  const output = result?.output;
  if (typeof output === 'string') return output.trim();
  if (!Array.isArray(output)) return output === undefined ? '' : JSON.stringify(output);
  return output
    .map((part: { text?: unknown }) => (typeof part?.text === 'string' ? part.text : ''))
    .join('')
    .trim();
}
