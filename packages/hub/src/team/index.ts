export { type BroughtMessage, broughtMessages } from './brought.ts';
export { courierSessions } from './courier-sessions.ts';
export { Liveness } from './liveness.ts';
export { actorOf } from './members.ts';
export { promptPreview, teamOf } from './system-prompt.ts';
export { Team } from './team.ts';
