export { type HubDatabase, openHubDatabase, openTeamDatabase } from './open.ts';
export type { Row } from './rows.ts';
