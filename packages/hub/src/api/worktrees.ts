import type { Hub, Os } from './context.ts';

export function worktreeProcedures(os: Os, { worktrees, once }: Hub) {
  const api = os.worktrees;
  return api.router({
    list: api.list.handler(({ input }) => worktrees.list(input.projectId)),
    remove: api.remove.handler(({ input }) =>
      once.run('worktrees.remove', input, () => worktrees.remove(input.projectId, input.path, input.fingerprint)),
    ),
  });
}
