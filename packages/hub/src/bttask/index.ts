export { type TaskCounts, taskCounts } from './counts.ts';
export { bttaskHandlers } from './operations.ts';
