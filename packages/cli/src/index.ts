/** The CLI is a program; this is what tests and benchmarks may use of it. */
export { type Connection, connect, type HubClient, HubInfo, readHubInfo } from './connect.ts';
export { ensureHub, findHub } from './ensure-hub.ts';
export { type Followed, follow } from './follow.ts';
