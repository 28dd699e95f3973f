export { openCore } from './open-core.ts';
export type {
  Core,
  CoreOptions,
  Machine,
  WatchRest,
} from './types.ts';
