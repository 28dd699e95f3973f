export { createSession } from './create.ts';
export { summaryOf, wholeSummaryOf } from './summary.ts';
