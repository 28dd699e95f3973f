/**
 * A local stand-in of an Ollama server: /api/version, tags, show, ps, pull and chat, with the errors that a real one gives. What the
 * model does is chosen by the words of the prompt: see model-scenarios.ts and ollama-api.ts. Which models it has: ollama-models.ts.
 */
import { toolUse } from './anthropic-script.ts';
import { BUILT_IN } from './model-scenarios.ts';
import { text, when } from './model-script.ts';
import { type ModelServerOptions, type ModelStandIn, startModelServer } from './model-server.ts';
import { ollamaApi } from './ollama-api.ts';

export type { ModelStandIn } from './model-server.ts';

/** Words of its own, before the common ones. */
const OWN = [
  when(/\bfail (midstream|length)\b/, [text('A few words that are not the whole answer, and then')]),
  when(
    /\bpresent plan\b/,
    [toolUse('PresentPlan', { plan: '# Plan\n\n1. `touch approved.txt`\n' })],
    ({ results, use }) =>
      /was approved/.test(results[0]?.text ?? '')
        ? [use('shell', { command: 'touch approved.txt' })]
        : [text(`It stays a plan: ${results[0]?.text}`)],
  ),
];

/** Starts the stand-in on loopback; `url` is what `OLLAMA_HOST` or `config.host` would be. The caller ends it with `close()`. */
export function startOllama({ scenarios = BUILT_IN, ...options }: ModelServerOptions = {}): ModelStandIn {
  return startModelServer(ollamaApi(), { ...options, scenarios: [...OWN, ...scenarios] });
}
