export { plantedNotice } from './notices.ts';
export { registerSandboxRequests } from './requests.ts';
export { type Confinement, Sandboxes } from './sandboxes.ts';
