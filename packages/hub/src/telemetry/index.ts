export { passedOn, type TraceparentOf } from './span-ids.ts';
export { startTelemetry } from './start.ts';
export { Telemetry } from './telemetry.ts';
