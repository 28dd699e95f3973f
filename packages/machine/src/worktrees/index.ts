export { registerWorktreeRequests } from './requests.ts';
export { Worktrees } from './worktrees.ts';
