export { createSession } from './create.ts';
export { summaryOf } from './summary.ts';
