export { AgentSocket } from './agent-socket.ts';
export { TeamCalls } from './team-calls.ts';
export { SessionTokens } from './tokens.ts';
