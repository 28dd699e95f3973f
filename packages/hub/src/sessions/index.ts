export { createSession } from './create.ts';
export { forkSession } from './fork.ts';
export { Importer, type OutsideTranscript } from './import.ts';
export { type SignalsOf, summaryOf, wholeSummaryOf } from './summary.ts';
