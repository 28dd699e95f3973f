export { confine, isWithin, relativePath } from './confine.ts';
export { askGit, type GitOutput } from './git.ts';
export { readProjectFile } from './read.ts';
export { registerFileRequests } from './requests.ts';
