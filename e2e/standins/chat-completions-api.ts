import { z } from 'zod';
import { tokensOf } from './anthropic-stream.ts';
import { bareText } from './model-prompt.ts';
import { type Part, type Standing, text, when } from './model-script.ts';
import { type Halt, type ModelApi, piecesOf } from './model-server.ts';

const MODELS = ['scripted-model', 'scripted-model-small'];

const Content = z.union([z.string(), z.array(z.looseObject({ type: z.string() })), z.null()]).optional();
const Message = z.looseObject({
  role: z.string(),
  content: Content,
  tool_calls: z.array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string() }) })).nullish(),
  tool_call_id: z.string().optional(),
});
type Message = z.infer<typeof Message>;
const Request = z.looseObject({
  model: z.string(),
  messages: z.array(Message).min(1),
  stream: z.boolean().optional(),
  tools: z
    .array(z.looseObject({ function: z.looseObject({ name: z.string(), parameters: z.unknown().optional() }) }))
    .nullish(),
});
type Request = z.infer<typeof Request>;

/** What agents ask the model on their own account. */
const SIDE_QUERIES = [
  when(/generate a (short )?title|title for this conversation/i, [text('A title')]),
  when(/summar(y|ize)[\s\S]*conversation|<state_snapshot>/i, [text('The conversation so far, in one line.')]),
];

export const chatCompletionsApi: ModelApi = {
  sideQueries: SIDE_QUERIES,
  route(request, url) {
    const path = url.pathname.replace(/^\/v1/, '');
    if (request.method === 'POST' && path === '/chat/completions') return 'call';
    if (request.method === 'GET' && path === '/models') {
      const data = MODELS.map((id) => ({ id, object: 'model', created: 0, owned_by: 'stand-in' }));
      return Response.json({ object: 'list', data });
    }
    return null;
  },
  standing(body) {
    const request = Request.safeParse(body);
    if (!request.success) return `request body: ${request.error.issues[0]?.message ?? 'not understood'}`;
    return standingOf(request.data);
  },
  refuse: ({ status, message, headers }) =>
    Response.json(
      { error: { message, type: typeOf(status), param: null, code: codeOf(status, message) } },
      { status, headers: headers ?? {} },
    ),
  whole(parts, body) {
    const request = Request.parse(body);
    if (request.stream) return null;
    const { content, reasoning_content, tool_calls } = wholeOf(parts);
    const message = { role: 'assistant', content, ...(reasoning_content ? { reasoning_content } : {}), tool_calls };
    return Response.json({
      ...envelope(request, 'chat.completion'),
      choices: [{ index: 0, message, finish_reason: tool_calls ? 'tool_calls' : 'stop' }],
      usage: usageOf(request, parts),
    });
  },
  async *stream(parts, body, halt) {
    yield* streamOf(parts, Request.parse(body), halt);
  },
};

function standingOf({ model, messages, tools }: Request): Standing {
  const textOf = (message: Message) => bareText(partsOf(message).flatMap(({ text: said }) => (said ? [said] : [])));
  const at = messages.findLastIndex((message) => message.role === 'user' && textOf(message) !== '');
  const asked = messages[at];
  const since = messages.slice(at + 1);
  const calls = since.findLast(({ role }) => role === 'assistant')?.tool_calls ?? [];
  return {
    model,
    prompt: asked ? textOf(asked) : '',
    call: since.filter(({ role }) => role === 'assistant').length,
    results: calls.flatMap((call) => {
      const result = since.findLast((message) => message.tool_call_id === call.id);
      const said = result ? partsOf(result).map((part) => part.text ?? '') : [];
      return result ? [{ name: call.function.name, text: said.join('') }] : [];
    }),
    images: asked ? partsOf(asked).flatMap(({ image }) => (image ? [image] : [])) : [],
    tools: (tools ?? []).map((tool) => ({ name: tool.function.name, schema: tool.function.parameters })),
  };
}

interface ReadPart {
  readonly text?: string;
  readonly image?: { readonly mediaType: string; readonly bytes: number };
}

const ImageUrl = z.object({ image_url: z.object({ url: z.string() }) });

function partsOf({ content }: Message): ReadPart[] {
  if (content == null) return [];
  if (typeof content === 'string') return [{ text: content }];
  return content.map((part): ReadPart => {
    if (typeof part.text === 'string') return { text: part.text };
    const image = ImageUrl.safeParse(part);
    const [, mediaType, data] = (image.success && /^data:([^;]+);base64,(.*)$/.exec(image.data.image_url.url)) || [];
    if (mediaType === undefined || data === undefined) return {};
    return { image: { mediaType, bytes: Math.floor((data.replace(/=+$/, '').length * 3) / 4) } };
  });
}

async function* streamOf(
  parts: readonly Part[],
  request: Request,
  halt: (part: Halt) => Promise<void>,
): AsyncGenerator<string> {
  const base = envelope(request, 'chat.completion.chunk');
  const chunk = (delta: object, finish: string | null = null) =>
    `data: ${JSON.stringify({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  yield chunk({ role: 'assistant', content: '' });
  let calls = 0;
  for (const part of parts) {
    if (part.kind === 'gate' || part.kind === 'cut') await halt(part);
    else if (part.kind === 'text') for await (const content of piecesOf(part)) yield chunk({ content });
    else if (part.kind === 'thinking')
      for await (const piece of piecesOf(part)) yield chunk({ reasoning_content: piece });
    else if (part.kind === 'toolUse') {
      const index = calls++;
      const json = JSON.stringify(part.input);
      const half = Math.ceil(json.length / 2);
      yield chunk({
        tool_calls: [{ index, id: callId(), type: 'function', function: { name: part.name, arguments: '' } }],
      });
      for (const piece of [json.slice(0, half), json.slice(half)])
        yield chunk({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  }
  yield chunk({}, calls > 0 ? 'tool_calls' : 'stop');
  yield `data: ${JSON.stringify({ ...base, choices: [], usage: usageOf(request, parts) })}\n\n`;
  yield 'data: [DONE]\n\n';
}

function wholeOf(parts: readonly Part[]) {
  const said = (kind: 'text' | 'thinking') => parts.map((part) => (part.kind === kind ? part.text : '')).join('');
  const calls = parts.flatMap((part) =>
    part.kind === 'toolUse'
      ? [{ id: callId(), type: 'function', function: { name: part.name, arguments: JSON.stringify(part.input) } }]
      : [],
  );
  return {
    content: said('text') || null,
    reasoning_content: said('thinking'),
    tool_calls: calls.length > 0 ? calls : undefined,
  };
}

const callId = () => `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`;

const envelope = ({ model }: Request, object: string) => ({
  id: `chatcmpl-${crypto.randomUUID()}`,
  object,
  created: Math.floor(Date.now() / 1000),
  model,
});

function usageOf(request: Request, parts: readonly Part[]) {
  const prompt_tokens = tokensOf(JSON.stringify(request.messages).length);
  const completion_tokens = tokensOf(JSON.stringify(parts).length);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function typeOf(status: number): string {
  if (status === 401 || status === 403) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

function codeOf(status: number, message: string): string | null {
  if (status === 401) return 'invalid_api_key';
  if (status === 429) return message.includes('quota') ? 'insufficient_quota' : 'rate_limit_exceeded';
  return null;
}
