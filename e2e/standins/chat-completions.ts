/**
 * A local stand-in of OpenAI's chat completions (`POST /v1/chat/completions`, `GET /v1/models`), as every compatible server
 * speaks it. What the model does is chosen by the words of the prompt: see model-scenarios.ts.
 */
import { chatCompletionsApi } from './chat-completions-api.ts';
import { type ModelServerOptions, type ModelStandIn, startModelServer } from './model-server.ts';

export type { ModelStandIn } from './model-server.ts';

/** Starts the stand-in on loopback; the base URL for clients is `<url>/v1`. The caller ends it with `close()`. */
export function startChatCompletions(options: ModelServerOptions = {}): ModelStandIn {
  return startModelServer(chatCompletionsApi, options);
}
