import { z } from 'zod';
import { tokensOf } from './anthropic-stream.ts';
import { bareText } from './model-prompt.ts';
import { type Failure, failure, type Part, type Standing, text, when } from './model-script.ts';
import { type Halt, type ModelApi, piecesOf } from './model-server.ts';
import { FETCHABLE, fetched, INSTALLED, type ScriptedModel, showOf, tagOf } from './ollama-models.ts';

const VERSION = '0.24.0';
/** Load and prompt times of the metrics, in ns. */
const LOAD_NS = 30_000_000;
const PROMPT_NS = 50_000_000;

const ToolCall = z.looseObject({
  function: z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
});
const Message = z.looseObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string().optional(),
  images: z.array(z.string()).optional(),
  tool_calls: z.array(ToolCall).optional(),
  tool_name: z.string().optional(),
});
type Message = z.infer<typeof Message>;
const Chat = z.looseObject({
  model: z.string(),
  messages: z.array(Message),
  stream: z.boolean().optional(),
  think: z.union([z.boolean(), z.enum(['low', 'medium', 'high'])]).optional(),
  tools: z
    .array(z.looseObject({ function: z.looseObject({ name: z.string(), parameters: z.unknown().optional() }) }))
    .optional(),
  options: z.looseObject({ num_ctx: z.number().optional() }).optional(),
});
type Chat = z.infer<typeof Chat>;
const Named = z.looseObject({ model: z.string() });

/**
 * What the stand-in of Ollama does beside the common words:
 *
 * | words in the prompt | what happens                                                   |
 * | ------------------- | -------------------------------------------------------------- |
 * | `fail midstream`    | a few words, then a line `{"error": …}`                        |
 * | `fail length`       | a few words, `done_reason: "length"`                           |
 * | `fill N`            | reports N prompt tokens                                        |
 * | `cached`            | leaves the counts out, as for a prompt that is in the cache    |
 */
export function ollamaApi(): ModelApi {
  const installed = new Map<string, ScriptedModel>(INSTALLED.map((model) => [model.name, model]));
  return {
    sideQueries: [when(/Write the summary now/, [text('Goal: what was asked before. Next: go on.')])],
    async route(request, url) {
      switch (`${request.method} ${url.pathname}`) {
        case 'POST /api/chat':
          return 'call';
        case 'GET /api/version':
          return Response.json({ version: VERSION });
        case 'GET /api/tags':
          return Response.json({ models: [...installed.values()].map(tagOf) });
        case 'GET /api/ps':
          return Response.json({ models: [] });
        case 'POST /api/show': {
          const { model } = Named.parse(await request.json());
          const found = installed.get(model);
          return found ? Response.json(showOf(found)) : notFound(model);
        }
        case 'POST /api/pull': {
          const { model } = Named.parse(await request.json());
          return pull(model, () => void installed.set(model, fetched(model)));
        }
        default:
          return null;
      }
    },
    standing(body) {
      const chat = Chat.safeParse(body);
      if (!chat.success) return chat.error.issues[0]?.message ?? 'not understood';
      return refusalOf(chat.data, installed.get(chat.data.model)) ?? standingOf(chat.data);
    },
    refuse: ({ status, message, headers }) => Response.json({ error: message }, { status, headers: headers ?? {} }),
    whole(parts, body) {
      const chat = Chat.parse(body);
      if (chat.stream !== false) return null;
      const said = (kind: 'text' | 'thinking') => parts.map((part) => (part.kind === kind ? part.text : '')).join('');
      const message = { role: 'assistant', content: said('text'), thinking: said('thinking') || undefined };
      return Response.json({ ...endOf(chat, parts), message });
    },
    async *stream(parts, body, halt) {
      yield* streamOf(parts, Chat.parse(body), halt);
    },
  };
}

function refusalOf({ model, tools, think }: Chat, found: ScriptedModel | undefined): Failure | null {
  if (!found) return failure(404, `model '${model}' not found`);
  if (tools?.length && !found.capabilities.includes('tools'))
    return failure(400, `registry.ollama.ai/library/${model} does not support tools`);
  if (think && !found.capabilities.includes('thinking')) return failure(400, `"${model}" does not support thinking`);
  return null;
}

function notFound(model: string): Response {
  return Response.json({ error: `model '${model}' not found` }, { status: 404 });
}

function standingOf({ model, messages, tools }: Chat): Standing {
  const textOf = (message: Message) => bareText([message.content ?? '']);
  const at = messages.findLastIndex((message) => message.role === 'user' && textOf(message) !== '');
  const asked = messages[at];
  const since = messages.slice(at + 1);
  const answer = since.findLastIndex(({ role }) => role === 'assistant');
  return {
    model,
    prompt: asked ? textOf(asked) : '',
    call: since.filter(({ role }) => role === 'assistant').length,
    results: since
      .slice(answer + 1)
      .flatMap(({ role, tool_name: name = '', content = '' }) => (role === 'tool' ? [{ name, text: content }] : [])),
    images: (asked?.images ?? []).map((data) => ({
      mediaType: 'image/*',
      bytes: Math.floor((data.replace(/=+$/, '').length * 3) / 4),
    })),
    tools: (tools ?? []).map((tool) => ({ name: tool.function.name, schema: tool.function.parameters })),
  };
}

async function* streamOf(
  parts: readonly Part[],
  chat: Chat,
  halt: (part: Halt) => Promise<void>,
): AsyncGenerator<string> {
  const { prompt } = standingOf(chat);
  const chunk = (message: object) =>
    `${JSON.stringify({ model: chat.model, created_at: new Date().toISOString(), message: { role: 'assistant', content: '', ...message }, done: false })}\n`;
  let index = 0;
  for (const part of parts) {
    if (part.kind === 'gate' || part.kind === 'cut') await halt(part);
    else if (part.kind === 'text') for await (const content of piecesOf(part)) yield chunk({ content });
    // A model that was told not to think does not.
    else if (part.kind === 'thinking' && chat.think)
      for await (const thinking of piecesOf(part)) yield chunk({ thinking });
    else if (part.kind === 'toolUse') {
      const id = `call_${crypto.randomUUID().slice(0, 8)}`;
      yield chunk({ tool_calls: [{ id, function: { index: index++, name: part.name, arguments: part.input } }] });
    }
  }
  if (/\bfail midstream\b/.test(prompt)) {
    yield `${JSON.stringify({ error: 'model runner has unexpectedly stopped, this may be due to resource limitations' })}\n`;
    return;
  }
  yield `${JSON.stringify({ ...endOf(chat, parts), message: { role: 'assistant', content: '' } })}\n`;
}

/** As the server's Go source has it, each of the counts may be absent. */
function endOf(chat: Chat, parts: readonly Part[]) {
  const { prompt } = standingOf(chat);
  const [, filled] = /\bfill (\d+)\b/.exec(prompt) ?? [];
  const counts = {
    prompt_eval_count: filled ? Number(filled) : tokensOf(JSON.stringify([chat.messages, chat.tools]).length),
    prompt_eval_duration: PROMPT_NS,
    eval_count: tokensOf(JSON.stringify(parts).length),
    eval_duration: LOAD_NS,
  };
  return {
    model: chat.model,
    created_at: new Date().toISOString(),
    done: true,
    done_reason: /\bfail length\b/.test(prompt) ? 'length' : 'stop',
    total_duration: LOAD_NS + PROMPT_NS,
    load_duration: LOAD_NS,
    ...(/\bcached\b/.test(prompt) ? {} : counts),
  };
}

/** Progress in tenths of each layer. A model that nobody knows is refused in the stream, as the server does it. */
function pull(model: string, done: () => void): Response {
  const layers = FETCHABLE[model];
  const encoder = new TextEncoder();
  const lines = (async function* (): AsyncGenerator<object> {
    yield { status: 'pulling manifest' };
    if (!layers) return yield { error: 'pull model manifest: file does not exist' };
    for (const [at, total] of layers.entries()) {
      const digest = `sha256:${String(at).repeat(64)}`;
      const status = `pulling ${String(at).repeat(12)}`;
      yield { status, digest, total };
      for (let tenth = 1; tenth <= 10; tenth++)
        yield { status, digest, total, completed: Math.floor((total * tenth) / 10) };
      if (model === 'endless:1b') await new Promise(() => {});
    }
    for (const status of ['verifying sha256 digest', 'writing manifest']) yield { status };
    done();
    yield { status: 'success' };
  })();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done: over } = await lines.next();
      if (over) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } });
}
