export { historyOf } from './read-history.ts';
