export { Conflicts, type FileConflict } from './conflicts.ts';
