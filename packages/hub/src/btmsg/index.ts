export type { Actor, RightsRole } from './actor.ts';
export { type AgentRecord, agentsWith, findAgent, heartbeat, registerAgents } from './agents.ts';
export { audit } from './audit.ts';
export { ensureReviewChannels, postAsSystem, REVIEW_QUEUE } from './channels.ts';
export type { TeamChange, TeamContext } from './context.ts';
export { TeamFailure } from './failure.ts';
export { DeadLetterFailure, sendAsSystem } from './messages.ts';
export { btmsgHandlers, ownGroup } from './operations.ts';
export { mayDo, NoRight, rights, type TeamOperationName } from './rights.ts';
