export type { Planted } from './planted.ts';
export { type Confinement, type ConfineRequest, Sandboxes } from './sandboxes.ts';
