export { courierSessions } from './courier-sessions.ts';
export { teamPrompt } from './system-prompt.ts';
export { Team } from './team.ts';
