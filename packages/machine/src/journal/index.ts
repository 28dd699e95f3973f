export { isNoSpace } from './disk.ts';
export { Journal } from './journal.ts';
export { DEFAULT_LIMITS, type JournalLimits } from './limits.ts';
export type { EntryPage } from './pages.ts';
export type { JournalWrite } from './pending.ts';
