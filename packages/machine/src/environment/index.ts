export { composeEnvironment, type EnvironmentRequest } from './compose.ts';
export { instanceMark, MARK_VARIABLE, SESSION_VARIABLE } from './marks.ts';
export { isOwnVariable, isSecretName, NESTED_AGENT_VARIABLES, ownerOf, vendorPrefixes } from './prefixes.ts';
export { EnvironmentSource } from './source.ts';
