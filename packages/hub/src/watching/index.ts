export { FileWatching, type WatchedChange } from './file-watching.ts';
export { patternProblem } from './patterns.ts';
