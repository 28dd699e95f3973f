export { EventLog, type LogItem, type LogListener } from './event-log.ts';
export { type FollowInput, follow } from './follow.ts';
export { LiveSessions } from './live.ts';
export { type Overview, watch } from './watch.ts';
