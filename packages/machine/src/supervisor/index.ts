export { PtyHostSupervisor } from './pty-host-supervisor.ts';
export type { StartOrder } from './reopen-options.ts';
export type { RunnerExit } from './restart-policy.ts';
export { RunnerSupervisor } from './runner-supervisor.ts';
