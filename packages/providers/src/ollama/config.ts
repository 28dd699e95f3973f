import { McpServers } from '@agor/protocol';
import { z } from 'zod';
import { baseUrlOf, ollamaUrl } from './server/urls.ts';

const Url = (read: (text: string) => string | null, example: string) =>
  z.string().refine((text) => text.trim() === '' || read(text) !== null, `an address such as ${example}`);

/** `providers.ollama.config`. Keys do not belong here: they come from the environment (`providers.ollama.env`). */
export const OllamaConfig = z
  .looseObject({
    /** Where Ollama listens; default `OLLAMA_HOST`, then http://127.0.0.1:11434. */
    host: Url(ollamaUrl, 'http://127.0.0.1:11434').optional(),
    /** An OpenAI-compatible server instead of Ollama, with the part of its path before `/chat/completions`. */
    baseUrl: Url(baseUrlOf, 'http://127.0.0.1:8080/v1').optional(),
    /** Tokens of the model's window. Ollama is told to use that many; of other servers it must be what they run with. */
    numCtx: z.number().int().min(1024).max(16_777_216).optional(),
    /** How long Ollama keeps the model in memory after an answer: `5m`, `-1` for ever, or seconds. */
    keepAlive: z
      .union([z.string().regex(/^-?\d+(\.\d+)?(ns|us|ms|s|m|h)?$/, 'such as 5m, 1h or -1'), z.number()])
      .optional(),
    /** Whether models that can think do, where the person chose nothing. */
    think: z.enum(['off', 'on', 'low', 'medium', 'high']).optional(),
    mcpServers: McpServers.optional(),
  })
  .refine((config) => !('apiKey' in config) && !('api_key' in config), {
    message: 'a key does not belong into config, which is shown: set OPENAI_API_KEY in providers.ollama.env instead',
    path: ['apiKey'],
  });
export type OllamaConfig = z.infer<typeof OllamaConfig>;

/** Which server to speak to. `key` is a secret: never to be logged. */
export type Endpoint =
  | { readonly kind: 'ollama'; readonly url: string; readonly key: string | undefined }
  | { readonly kind: 'openai'; readonly url: string; readonly key: string | undefined };

type Env = Readonly<Record<string, string | undefined>>;

/** The server that the settings mean. Throws with words for the person when the address in `OLLAMA_HOST` is none. */
export function endpointOf(config: OllamaConfig, env: Env): Endpoint {
  const baseUrl = config.baseUrl ? baseUrlOf(config.baseUrl) : null;
  if (baseUrl) return { kind: 'openai', url: baseUrl, key: env.OPENAI_API_KEY || undefined };
  const host = config.host?.trim() || env.OLLAMA_HOST?.trim() || '';
  const url = ollamaUrl(host);
  if (!url) throw new Error(`OLLAMA_HOST is no address: ${host}. Set it to something like 127.0.0.1:11434.`);
  return { kind: 'ollama', url, key: env.OLLAMA_API_KEY || undefined };
}

/** Reads `providers.ollama.config`; throws with words for the person when it is wrong. */
export function readConfig(raw: unknown): OllamaConfig {
  const config = OllamaConfig.safeParse(raw);
  if (config.success) return config.data;
  const issue = config.error.issues[0];
  throw new Error(`providers.ollama.config is wrong (${issue?.path.join('.') || 'config'}): ${issue?.message}`);
}
