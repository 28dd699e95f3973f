export { type TaskCounts, taskCounts } from './counts.ts';
export { type TaskLook, tasksNamed } from './look.ts';
export { bttaskHandlers } from './operations.ts';
export { type InReview, inReview } from './review.ts';
