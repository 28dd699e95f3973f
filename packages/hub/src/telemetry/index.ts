export { Telemetry } from './telemetry.ts';
export type { ExporterOptions } from './types.ts';
