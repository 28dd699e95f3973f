export type { ProviderDecisions } from './environments.ts';
export type { Launched } from './launch.ts';
export { LocalMachine } from './local-machine.ts';
export { loginEnvironment } from './login-environment.ts';
export type { RequestOptions } from './requests.ts';
