export { StoppedAgents } from './stopped-agents.ts';
export { Wakes } from './wakes.ts';
