export { createSession } from './create.ts';
export { forkSession } from './fork.ts';
export { Importer, type OutsideTranscript } from './import.ts';
export { summaryOf, wholeSummaryOf } from './summary.ts';
