export type { ProjectRunConfig, RunContext } from './run-context.ts';
