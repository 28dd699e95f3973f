import { contract, type WorktreeState } from '@agor/protocol';
import { implement } from '@orpc/server';
import type { FakeHub } from './fake-hub.ts';

/** Worktrees that are removed as the machine does it: what would be lost only when it was confirmed as it is now. */
export function fakeWorktrees(hub: FakeHub, seen: (name: string, input: unknown) => void) {
  const os = implement(contract);
  return os.worktrees.router({
    list: os.worktrees.list.handler(() => hub.worktrees),
    remove: os.worktrees.remove.handler(({ input }) => {
      seen('worktrees.remove', input);
      const state = hub.worktrees.find(({ path }) => path === input.path) as WorktreeState;
      if (state.fingerprint !== input.fingerprint) return { kind: 'wouldLose' as const, state };
      hub.worktrees = hub.worktrees.filter((one) => one !== state);
      return { kind: 'removed' as const };
    }),
  });
}
