export { Metrics } from './metrics.ts';
export type { CountedTurn } from './turn-meter.ts';
