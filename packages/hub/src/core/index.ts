export { openCore } from './open-core.ts';
export type {
  Agents,
  Asks,
  Core,
  CoreOptions,
  Machine,
  Sessions,
  Streams,
  WatchRest,
} from './types.ts';
