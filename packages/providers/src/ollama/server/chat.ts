import type { ModelInfo } from '@agor/protocol';

export interface ChatImage {
  readonly mediaType: string;
  /** Base64. */
  readonly data: string;
}

export interface ChatCall {
  /** Made by us: unique in its session. */
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** A conversation as every server gets it, in our words. */
export type ChatMessage =
  | { readonly role: 'system'; readonly text: string }
  | { readonly role: 'user'; readonly text: string; readonly images?: readonly ChatImage[] }
  | {
      readonly role: 'assistant';
      readonly text: string;
      /** Only of the turn that runs: some models need to see what they thought before they called. */
      readonly thinking?: string;
      readonly calls: readonly ChatCall[];
    }
  | {
      readonly role: 'tool';
      readonly callId: string;
      readonly name: string;
      readonly output: string;
      readonly isError: boolean;
    };

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON schema of an object. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** How much a model is to think; undefined = the server is told nothing. */
export type Think = boolean | 'low' | 'medium' | 'high' | undefined;

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolSpec[];
  readonly think: Think;
  /** Tokens of the window; null = as the server has it. */
  readonly numCtx: number | null;
  readonly signal: AbortSignal;
  /** Goes along as the W3C header of that name. */
  readonly traceparent?: string | undefined;
}

/** What a server streams. Exactly one `end`, the last. */
export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  | { readonly type: 'call'; readonly name: string; readonly input: unknown }
  | {
      readonly type: 'end';
      /** `length`: the answer was cut by a limit. */
      readonly reason: 'stop' | 'length';
      /** Absent when the server does not say; Ollama leaves it out for a prompt that it has in its cache. */
      readonly inputTokens?: number | undefined;
      readonly outputTokens?: number | undefined;
      readonly cachedTokens?: number | undefined;
    };

/** What a model can do, as far as its server tells. */
export interface ModelFacts {
  /** Null: unknown, to be tried. */
  readonly tools: boolean | null;
  readonly vision: boolean | null;
  /** `levels`: low, medium or high, never off. `unknown`: the server decides, and what it streams is shown. */
  readonly thinking: 'none' | 'switch' | 'levels' | 'unknown';
  /** Tokens of the window that will be used; null when nobody says. */
  readonly contextWindow: number | null;
}

/** A server of models. Everything rejects with `ServerFailure`, or as the signal says when it was aborted. */
export interface ModelServer {
  /** For people: `Ollama at http://127.0.0.1:11434`. */
  readonly name: string;
  /** Runs on this computer or in its own network: what it answers costs nothing. */
  readonly isOwn: boolean;
  version(signal: AbortSignal): Promise<string | undefined>;
  models(signal: AbortSignal): Promise<ModelInfo[]>;
  facts(model: string, signal: AbortSignal): Promise<ModelFacts>;
  chat(request: ChatRequest): AsyncIterable<ChatPart>;
}
