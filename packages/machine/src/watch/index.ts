export { FileWatches } from './file-watches.ts';
export { registerWatchRequests } from './requests.ts';
