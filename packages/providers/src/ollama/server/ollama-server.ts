import type { ModelInfo } from '@agor/protocol';
import type { OllamaConfig } from '../config.ts';
import type { ChatMessage, ChatPart, ChatRequest, ModelFacts, ModelServer } from './chat.ts';
import { brokenOff, failureOf } from './failure.ts';
import { ask, FIRST_BYTE_LIMIT_MS, ndjson, send, type Target } from './http.ts';
import { factsOf } from './ollama-facts.ts';
import { OllamaChunk, OllamaShow, OllamaTags, OllamaVersion } from './ollama-wire.ts';
import { withoutThinkTags } from './think-tags.ts';
import { isOwnHost } from './urls.ts';

/** Ollama by its own API: only that takes `num_ctx`, `keep_alive` and `think`, and tells what a model can do. */
export class OllamaServer implements ModelServer {
  readonly name: string;
  readonly isOwn: boolean;
  readonly #target: Target;

  constructor(
    endpoint: { readonly url: string; readonly key?: string | undefined },
    private readonly config: Pick<OllamaConfig, 'numCtx' | 'keepAlive'>,
  ) {
    this.name = `Ollama at ${endpoint.url}`;
    this.isOwn = isOwnHost(endpoint.url);
    this.#target = { ...endpoint, name: this.name };
  }

  async version(signal: AbortSignal): Promise<string | undefined> {
    return (await ask(this.#target, '/api/version', OllamaVersion, { signal })).version;
  }

  async models(signal: AbortSignal): Promise<ModelInfo[]> {
    const { models } = await ask(this.#target, '/api/tags', OllamaTags, { signal });
    return (models ?? []).map(({ name, size, details }) => {
      const words = [details?.parameter_size, details?.quantization_level, size ? gigabytes(size) : undefined];
      const description = words.filter(Boolean).join(' · ');
      return { id: name, label: name, ...(description ? { description } : {}) };
    });
  }

  async facts(model: string, signal: AbortSignal): Promise<ModelFacts> {
    return factsOf(
      await ask(this.#target, '/api/show', OllamaShow, { body: { model }, model, signal }),
      this.config.numCtx,
    );
  }

  async *chat(request: ChatRequest): AsyncGenerator<ChatPart> {
    const { model, signal, traceparent } = request;
    const options = { body: this.#body(request), model, signal, traceparent, limitMs: FIRST_BYTE_LIMIT_MS };
    const response = await send(this.#target, '/api/chat', options);
    yield* withoutThinkTags(readChat(this.name, model, ndjson(this.#target, response, signal)));
  }

  #body({ model, messages, tools, think, numCtx }: ChatRequest): Record<string, unknown> {
    return {
      model,
      messages: messages.map(asOllama),
      stream: true,
      ...(tools.length > 0
        ? {
            tools: tools.map(({ name, description, inputSchema }) => ({
              type: 'function',
              function: { name, description, parameters: inputSchema },
            })),
          }
        : {}),
      ...(think === undefined ? {} : { think }),
      ...(numCtx === null ? {} : { options: { num_ctx: numCtx } }),
      ...(this.config.keepAlive === undefined ? {} : { keep_alive: this.config.keepAlive }),
    };
  }
}

/** The parts of a streamed answer. Rejects when the server tells an error in its middle, or it ends too soon. */
export async function* readChat(
  server: string,
  model: string,
  lines: AsyncIterable<unknown>,
): AsyncGenerator<ChatPart> {
  for await (const line of lines) {
    const chunk = OllamaChunk.safeParse(line);
    if (!chunk.success) throw brokenOff(server, `a line is not understood: ${JSON.stringify(line).slice(0, 200)}`);
    const { error, message, done } = chunk.data;
    if (error !== undefined) throw failureOf(server, model, { status: 500, text: error });
    if (message?.thinking) yield { type: 'thinking', text: message.thinking };
    if (message?.content) yield { type: 'text', text: message.content };
    for (const call of message?.tool_calls ?? [])
      yield { type: 'call', name: call.function.name, input: call.function.arguments };
    if (done) {
      yield endOf(chunk.data);
      return;
    }
  }
  throw brokenOff(server, 'it ended without an end');
}

function endOf(chunk: OllamaChunk): ChatPart {
  return {
    type: 'end',
    reason: chunk.done_reason === 'length' ? 'length' : 'stop',
    inputTokens: chunk.prompt_eval_count,
    outputTokens: chunk.eval_count,
  };
}

function asOllama(message: ChatMessage): Record<string, unknown> {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.text };
    case 'user': {
      const { text, images } = message;
      return { role: 'user', content: text, ...(images?.length ? { images: images.map(({ data }) => data) } : {}) };
    }
    case 'assistant': {
      const { text, thinking, calls } = message;
      return {
        role: 'assistant',
        content: text,
        ...(thinking ? { thinking } : {}),
        ...(calls.length > 0
          ? { tool_calls: calls.map(({ id, name, input }) => ({ id, function: { name, arguments: asObject(input) } })) }
          : {}),
      };
    }
    case 'tool':
      return { role: 'tool', tool_name: message.name, tool_call_id: message.callId, content: message.output };
  }
}

/** The server takes nothing else as arguments. */
function asObject(input: unknown): object {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? input : {};
}

function gigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`;
}
