export { isNoSpace } from './disk.ts';
export { Journal } from './journal.ts';
export type { JournalLimits } from './limits.ts';
export type { JournalWrite } from './pending.ts';
