export { bttaskHandlers } from './operations.ts';
