import { runRunner } from '../runner/index.ts';
import { claude } from './provider.ts';

runRunner({
  id: claude.id,
  // The Agent SDK takes 100 ms to load: longer than `ready` may take.
  createAgent: async (ctx, options) => (await import('./runner/agent.ts')).startClaude(ctx, options),
});
