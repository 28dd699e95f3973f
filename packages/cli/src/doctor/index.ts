export type { Finding } from './finding.ts';
export { groupsFile } from './groups-file.ts';
export { kernel } from './kernel.ts';
export { machineFindings } from './machine-sockets.ts';
export { pathSockets } from './path-sockets.ts';
export { sandboxFindings } from './sandbox.ts';
