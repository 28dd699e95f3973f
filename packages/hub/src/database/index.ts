export { type HubDatabase, openHubDatabase } from './open.ts';
export type { Row } from './rows.ts';
