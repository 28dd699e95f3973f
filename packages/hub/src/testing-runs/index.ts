export { TestingRuns } from './testing-runs.ts';
