export { mask } from './mask.ts';
export { restore, restoreEdit } from './restore.ts';
