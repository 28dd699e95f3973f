export { Worktrees } from './worktrees.ts';
