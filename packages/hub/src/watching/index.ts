export { FileWatching, type WatchedChange, type WatchedFiles } from './file-watching.ts';
export { patternProblem } from './patterns.ts';
