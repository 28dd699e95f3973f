export type { AgentContext } from './agent-context.ts';
export type { AnchorBlock, AnchorBlocks, ProjectRunConfig, RunContext, RunProvider } from './run-context.ts';
export { passedOn, type TraceparentOf } from './traceparent.ts';
