export type { Confinement } from './confinement.ts';
export { findRepository } from './git-places.ts';
export { plantedNotice } from './notices.ts';
export { registerSandboxRequests } from './requests.ts';
export { Sandboxes } from './sandboxes.ts';
