export { SidecarManager } from './manager.ts';
export { OpenText, type OpenTextListener } from './open-text.ts';
export { type RunnerRecord, RunnerRecords } from './records.ts';
export { redactText } from './redact-text.ts';
export type { StartDeps } from './start-runner.ts';
