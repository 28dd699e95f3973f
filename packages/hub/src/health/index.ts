export { HealthMonitor } from './monitor.ts';
export { healthSignals } from './signals.ts';
