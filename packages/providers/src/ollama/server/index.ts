import { endpointOf, type OllamaConfig } from '../config.ts';
import type { ModelServer } from './chat.ts';
import { OllamaServer } from './ollama-server.ts';
import { OpenAiServer } from './openai-server.ts';

export type {
  ChatCall,
  ChatImage,
  ChatMessage,
  ChatPart,
  ChatRequest,
  ModelFacts,
  ModelServer,
  Think,
  ToolSpec,
} from './chat.ts';
export { ServerFailure } from './failure.ts';

/** The server that the settings mean. Throws with words for the person when they name none. */
export function modelServer(config: OllamaConfig, env: Readonly<Record<string, string | undefined>>): ModelServer {
  const endpoint = endpointOf(config, env);
  return endpoint.kind === 'ollama' ? new OllamaServer(endpoint, config) : new OpenAiServer(endpoint, config);
}
