import { runRunner } from '../runner/index.ts';

runRunner({
  id: 'codex',
  createAgent: async (ctx, options) => (await import('./runner/agent.ts')).startCodex(ctx, options),
});
