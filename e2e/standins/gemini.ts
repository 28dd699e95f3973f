/**
 * A local stand-in of the Gemini API (`models/<model>:generateContent`, `:streamGenerateContent`, `:countTokens`). What the
 * model does is chosen by the words of the prompt: see model-scenarios.ts.
 */
import { geminiApi } from './gemini-api.ts';
import { type ModelServerOptions, type ModelStandIn, startModelServer } from './model-server.ts';

/** Starts the stand-in on loopback; its URL is for GOOGLE_GEMINI_BASE_URL. The caller ends it with `close()`. */
export function startGemini(options: ModelServerOptions = {}): ModelStandIn {
  return startModelServer(geminiApi, options);
}
