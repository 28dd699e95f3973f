export { type CheckPlace, checkCondition } from './check.ts';
export { cronCondition } from './cron.ts';
export { fileCondition } from './file.ts';
export { taskCondition } from './task.ts';
export type { Condition } from './types.ts';
