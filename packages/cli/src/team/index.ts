export type { OperationName } from './ask.ts';
export { callTeam, TeamRefusal } from './transport.ts';
