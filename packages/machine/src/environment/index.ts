export { agentEnvironment, type DecidedProvider, settingsFor } from './agent-environment.ts';
export { instanceMark, MARK_VARIABLE, SESSION_VARIABLE } from './marks.ts';
export { isSecretName, vendorPrefixes } from './prefixes.ts';
export { missingSecrets, withSecrets } from './secrets.ts';
export { EnvironmentSource } from './source.ts';
export { type TeamTools, teamServer, teamTools, withTeamCommands } from './team-tools.ts';
