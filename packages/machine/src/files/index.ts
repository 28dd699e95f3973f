export { confine, isWithin, relativePath } from './confine.ts';
export { readProjectFile } from './read.ts';
export { registerFileRequests } from './requests.ts';
