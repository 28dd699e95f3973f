export { openAgentsSide } from './agents-side.ts';
export { type Ground, openGround } from './ground.ts';
export { openPlugins } from './plugins.ts';
export { openTeamSide, type TeamSide } from './team-side.ts';
export { startTelemetry } from './telemetry.ts';
export { openWorkbench } from './workbench.ts';
