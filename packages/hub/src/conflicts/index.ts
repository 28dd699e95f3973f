export { Conflicts } from './conflicts.ts';
