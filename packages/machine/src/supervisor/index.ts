export { PtyHostSupervisor } from './pty-host-supervisor.ts';
