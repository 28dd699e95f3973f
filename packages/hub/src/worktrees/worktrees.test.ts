import { expect, test } from 'bun:test';
import { ProjectId, type WorktreeState } from '@agor/protocol';
import { Failure } from '../failure.ts';
import { Worktrees } from './index.ts';

const PROJECT = ProjectId.parse('p');
const stateOf = (path: string): WorktreeState => ({
  path,
  branch: 'agor/one',
  repository: '/code',
  changed: { paths: [], count: 0 },
  untracked: { paths: [], count: 0 },
  ignored: { paths: [], count: 0 },
  unmerged: 0,
  processes: [],
  problem: null,
  fingerprint: null,
});

/** A machine with these worktrees of /code, which counts how many it is asked to look at at once. */
function machineWith(paths: readonly string[]) {
  const asked: [string, unknown][] = [];
  let [now, most] = [0, 0];
  const request = async (method: string, params: unknown): Promise<unknown> => {
    asked.push([method, params]);
    if (method === 'worktrees.list') return paths.map((path) => ({ path, branch: 'agor/one' }));
    if (method === 'worktrees.remove') return { kind: 'removed' };
    most = Math.max(most, ++now);
    await Promise.resolve();
    now--;
    return stateOf((params as { path: string }).path);
  };
  const worktrees = new Worktrees({ machine: { request }, projectFolder: () => '/code' });
  return { worktrees, asked, most: () => most };
}

test('a project’s worktrees are told with their state, a few looked at at a time', async () => {
  const paths = ['/w/c', '/w/a', '/w/e', '/w/b', '/w/d'];
  const { worktrees, asked, most } = machineWith(paths);
  expect((await worktrees.list(PROJECT)).map(({ path }) => path)).toEqual([...paths].sort());
  expect(asked[0]).toEqual(['worktrees.list', { repository: '/code' }]);
  expect(most()).toBe(3);
});

test('only a worktree of the project is removed, as it was shown', async () => {
  const { worktrees, asked } = machineWith(['/w/a']);
  expect(await worktrees.remove(PROJECT, '/w/a', 'as-shown')).toEqual({ kind: 'removed' });
  expect(asked.at(-1)).toEqual(['worktrees.remove', { path: '/w/a', fingerprint: 'as-shown' }]);
  const refused = await worktrees.remove(PROJECT, '/home/you', null).catch((error) => error);
  expect(refused).toBeInstanceOf(Failure);
  expect(asked.filter(([method]) => method === 'worktrees.remove')).toHaveLength(1);
});
