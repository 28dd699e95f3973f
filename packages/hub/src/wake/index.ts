export { WakeScheduler } from './scheduler.ts';
