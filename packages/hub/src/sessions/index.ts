export { createSession, type NewSession } from './create.ts';
export { summaryOf } from './summary.ts';
