export { SshConnections } from './connections.ts';
