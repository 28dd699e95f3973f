export { AgentSocket } from './agent-socket.ts';
export { SessionTokens } from './tokens.ts';
