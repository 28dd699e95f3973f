export { Knowledge } from './knowledge.ts';
