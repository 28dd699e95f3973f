export type { Confinement } from './confinement.ts';
export { plantedNotice } from './notices.ts';
export { registerSandboxRequests } from './requests.ts';
export { Sandboxes } from './sandboxes.ts';
