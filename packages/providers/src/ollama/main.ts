import { runRunner } from '../runner/index.ts';
import { ollama } from './provider.ts';

runRunner({
  id: ollama.id,
  // The loop with its tools is loaded when there is something to do: `ready` must not wait for it.
  createAgent: async (ctx, options) => (await import('./runner/index.ts')).startOllama(ctx, options),
});
