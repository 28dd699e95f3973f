export { EventLog } from './event-log.ts';
export type { Filling } from './fill-log.ts';
export { follow } from './follow.ts';
export { LiveSessions } from './live.ts';
export { watch } from './watch.ts';
