export { HIGH_WATER_CHARS, MAX_QUEUED_CHARS } from './line-writer.ts';
export { runRunner } from './run-runner.ts';
export { Runner, type RunnerIo } from './runner.ts';
export {
  type Agent,
  type AgentContext,
  type AgentSettings,
  AskWithdrawn,
  type NewAsk,
  type RunnerLine,
  type RunnerProvider,
} from './types.ts';
