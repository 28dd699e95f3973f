export { openCore } from './open-core.ts';
export type {
  Agents,
  Asks,
  Core,
  CoreOptions,
  Machine,
  QueryInput,
  RequestOptions,
  SessionCommand,
  Sessions,
  Streams,
  WatchRest,
} from './types.ts';
