export { Problems } from './problems.ts';
