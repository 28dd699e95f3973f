import { runRunner } from '../runner/index.ts';

runRunner({
  id: 'acp',
  // The protocol's SDK takes longer to load than `ready` may take.
  createAgent: async (ctx, options) => (await import('./runner/agent.ts')).startAcp(ctx, options),
});
