import type { ModelInfo } from '@agor/protocol';
import type { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { OllamaConfig } from '../config.ts';
import type { ChatPart, ChatRequest, ModelFacts, ModelServer } from './chat.ts';
import { brokenOff, failureOf, retryAfterMs, ServerFailure, unreachable } from './failure.ts';
import { ask, errorText, FIRST_BYTE_LIMIT_MS, SILENCE_LIMIT_MS, type Target } from './http.ts';
import { OpenAiModels, windowOf } from './openai-models.ts';
import { promptOf } from './openai-prompt.ts';
import { withoutThinkTags } from './think-tags.ts';
import { isOwnHost } from './urls.ts';

type Model = ReturnType<ReturnType<typeof createOpenAICompatible>['chatModel']>;
type StreamPart = Awaited<ReturnType<Model['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part : never;

/** Any server of OpenAI's chat completions (llama.cpp, LM Studio, vLLM, …), through the AI SDK's provider for them. */
export class OpenAiServer implements ModelServer {
  readonly name: string;
  readonly isOwn: boolean;
  readonly #target: Target;

  constructor(
    endpoint: { readonly url: string; readonly key?: string | undefined },
    private readonly config: Pick<OllamaConfig, 'numCtx'>,
  ) {
    this.name = `The server at ${endpoint.url}`;
    this.isOwn = isOwnHost(endpoint.url);
    this.#target = { ...endpoint, name: this.name };
  }

  async version(): Promise<undefined> {
    return undefined; // the API has no question for it
  }

  async models(signal: AbortSignal): Promise<ModelInfo[]> {
    const { data } = await ask(this.#target, '/models', OpenAiModels, { signal });
    return data.map(({ id }) => ({ id, label: id }));
  }

  /** Most servers tell the window at best; what a model can do shows when it is asked to. */
  async facts(model: string, signal: AbortSignal): Promise<ModelFacts> {
    const { data } = await ask(this.#target, '/models', OpenAiModels, { signal });
    const found = data.find(({ id }) => id === model);
    const contextWindow = this.config.numCtx ?? (found ? windowOf(found) : null);
    return { tools: null, vision: null, thinking: 'unknown', contextWindow };
  }

  async *chat(request: ChatRequest): AsyncGenerator<ChatPart> {
    // Loaded when first needed: who uses Ollama does not pay for it.
    const sdk = await import('@ai-sdk/openai-compatible');
    const model = sdk
      .createOpenAICompatible({
        name: 'server',
        baseURL: this.#target.url,
        ...(this.#target.key ? { apiKey: this.#target.key } : {}),
        includeUsage: true,
        fetch: patientFetch,
      })
      .chatModel(request.model);
    try {
      const { stream } = await model.doStream({
        prompt: promptOf(request.messages),
        abortSignal: request.signal,
        ...(request.traceparent === undefined ? {} : { headers: { traceparent: request.traceparent } }),
        ...(request.tools.length > 0
          ? {
              tools: request.tools.map((tool) => ({ type: 'function' as const, ...tool })),
              toolChoice: { type: 'auto' as const },
            }
          : {}),
      });
      yield* withoutThinkTags(this.#parts(stream, request));
    } catch (error) {
      if (request.signal.aborted || error instanceof ServerFailure) throw error;
      throw this.#failure(error, request.model);
    }
  }

  async *#parts(stream: ReadableStream<StreamPart>, { model }: ChatRequest): AsyncGenerator<ChatPart> {
    for await (const part of stream) {
      switch (part.type) {
        case 'text-delta':
          if (part.delta) yield { type: 'text', text: part.delta };
          break;
        case 'reasoning-delta':
          if (part.delta) yield { type: 'thinking', text: part.delta };
          break;
        case 'tool-call':
          yield { type: 'call', name: part.toolName, input: inputOf(part.input) };
          break;
        case 'error':
          throw this.#failure(part.error, model);
        case 'finish':
          yield {
            type: 'end',
            reason: part.finishReason.unified === 'length' ? 'length' : 'stop',
            inputTokens: part.usage.inputTokens.total,
            outputTokens: part.usage.outputTokens.total,
            cachedTokens: part.usage.inputTokens.cacheRead,
          };
          return;
      }
    }
    throw brokenOff(this.name, 'it ended without an end');
  }

  #failure(error: unknown, model: string): ServerFailure {
    const { statusCode, responseBody, responseHeaders, cause } = fieldsOfError(error);
    const words = error instanceof Error ? error.message : String(error);
    if (statusCode !== undefined && statusCode >= 400) {
      const text = responseBody ? errorText(responseBody) : words;
      return failureOf(this.name, model, {
        status: statusCode,
        text,
        retryAfterMs: retryAfterMs(responseHeaders?.['retry-after']),
      });
    }
    if (statusCode === undefined && /cannot connect|unable to connect|refused/i.test(words))
      return unreachable(this.name, cause ?? error);
    // Told in the stream: with the status of a server's error, for its own words decide.
    if (error instanceof Error && error.name === 'AI_APICallError') return brokenOff(this.name, words);
    return failureOf(this.name, model, { status: 500, text: words });
  }
}

/** The fields of the SDK's `APICallError`, of which an error may have some. */
function fieldsOfError(error: unknown) {
  return (typeof error === 'object' && error !== null ? error : {}) as {
    statusCode?: number;
    responseBody?: string;
    responseHeaders?: Record<string, string>;
    cause?: unknown;
  };
}

/** Arguments that are no JSON are handed on as they are: the tool refuses them and the model hears why. */
function inputOf(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Bun's own limit of 5 minutes is too short for a model that is being loaded; ours hold instead. */
const patientFetch: typeof fetch = Object.assign(
  async (input: string | URL | Request, init?: RequestInit) => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error('no answer in time')), FIRST_BYTE_LIMIT_MS);
    try {
      const signals = [late.signal, ...(init?.signal ? [init.signal] : [])];
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals), timeout: false } as RequestInit);
      return response.body ? new Response(notSilent(response.body, late), response) : response;
    } finally {
      clearTimeout(timer);
    }
  },
  { preconnect: fetch.preconnect },
);

/** Aborts a stream in which nothing comes for too long. */
function notSilent(body: ReadableStream<Uint8Array>, late: AbortController): ReadableStream<Uint8Array> {
  const arm = () => setTimeout(() => late.abort(new Error('the server fell silent')), SILENCE_LIMIT_MS);
  let timer = arm();
  return body.pipeThrough(
    new TransformStream({
      transform(chunk, controller) {
        clearTimeout(timer);
        timer = arm();
        controller.enqueue(chunk);
      },
      flush: () => clearTimeout(timer),
    }),
  );
}
