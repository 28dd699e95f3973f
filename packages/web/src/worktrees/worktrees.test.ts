import { ProjectId, ProviderId, type WorktreeState } from '@agor/protocol';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';
import { lossesOf, standingOf } from './losses.logic.ts';

const none = { paths: [], count: 0 };
const worktree: WorktreeState = {
  path: '/data/agor-worktrees/worker-1',
  branch: 'agor/worker-1',
  repository: '/home/you/code/worker',
  changed: none,
  untracked: none,
  ignored: none,
  unmerged: 0,
  processes: [],
  problem: null,
  fingerprint: null,
};
const dirty: WorktreeState = {
  ...worktree,
  changed: { paths: ['src/a.ts'], count: 1 },
  untracked: { paths: ['new.ts', 'notes.md'], count: 130 },
  unmerged: 2,
  fingerprint: 'as-it-is',
};

test('what goes with a worktree is told in words, counted beyond what is named', () => {
  expect(lossesOf(worktree)).toEqual([]);
  expect(standingOf(worktree)).toBe('nothing that is not on another branch');
  expect(lossesOf(dirty).map(({ words, more }) => [words, more])).toEqual([
    ['1 changed file, not committed', 0],
    ['130 new files, not in git', 128],
  ]);
  expect(standingOf(dirty)).toBe(
    '1 changed file, not committed · 130 new files, not in git · 2 commits on this branch alone',
  );
  expect(standingOf({ ...worktree, ignored: { paths: ['.env', 'out'], count: 2 } })).toBe(
    '2 ignored files or folders, not in git',
  );
});

test('a worktree is removed from its project, what would be lost only as it was shown', async () => {
  const hub = sampleHub();
  hub.worktrees = [worktree, { ...dirty, path: '/data/agor-worktrees/worker-2', branch: 'agor/worker-2' }];
  openFace(hub);
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: 'Projects' }).click();
  await page.getByRole('button', { name: 'Edit worker' }).click();
  const list = page.getByRole('region', { name: 'Worktrees of worker' });
  await expect.element(list.getByText('agor/worker-1')).toBeVisible();

  await list.getByRole('button', { name: 'Remove the worktree agor/worker-2' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove this worktree?' });
  await expect.element(dialog.getByText('Lost for good:')).toBeVisible();
  await dialog.getByText('1 changed file, not committed').click();
  await expect.element(dialog.getByText('src/a.ts')).toBeVisible();
  // An agent writes on meanwhile: what it wrote was not confirmed.
  hub.worktrees = hub.worktrees.map((one) =>
    one.branch === 'agor/worker-2'
      ? { ...one, changed: { paths: ['src/a.ts', 'src/b.ts'], count: 2 }, fingerprint: 'later' }
      : one,
  );
  await dialog.getByRole('button', { name: 'Remove it with these' }).click();
  await expect.element(dialog.getByText('2 changed files, not committed')).toBeVisible();
  await dialog.getByRole('button', { name: 'Remove it with these' }).click();
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(list.getByText('agor/worker-2')).not.toBeInTheDocument();
  expect(lastInput(hub, 'worktrees.remove')).toMatchObject({ fingerprint: 'later' });
});

test('a new session is begun in a worktree of its own when that is chosen', async () => {
  const hub = sampleHub();
  openFace(hub);
  await page.getByRole('button', { name: 'worker: session menu' }).click();
  await page.getByRole('menuitem', { name: 'Start with another agent…' }).click();
  const dialog = page.getByRole('dialog', { name: 'New session in worker' });
  await dialog.getByRole('checkbox', { name: /In a git worktree of its own/ }).click();
  await dialog.getByRole('button', { name: 'Begin' }).click();
  await expect.poll(() => lastInput(hub, 'session.create')).toMatchObject({ worktree: true });
});

test('a session in a worktree shows its branch, and opens a terminal there', async () => {
  const hub = sampleHub();
  const project = hub.groups.groups.flatMap(({ projects }) => projects).find(({ name }) => name === 'worker');
  if (!project) throw new Error('no project "worker"');
  hub.begin({
    projectId: project.id,
    provider: ProviderId.parse('claude'),
    cwd: worktree.path,
    worktree: { repository: project.cwd, branch: 'agor/worker-1' },
    title: 'Beside the others',
    permissionMode: 'default',
  });
  openFace(hub);
  await page.getByRole('button', { name: 'Worktree of this session: agor/worker-1' }).click();
  await page.getByRole('menuitem', { name: 'Open a terminal there' }).click();
  await expect.poll(() => lastInput(hub, 'pty.spawn')).toMatchObject({ projectId: project.id, cwd: worktree.path });
});

test("the Files tab shows the worktree of the box's session, and the project's folder when that is chosen", async () => {
  const hub = sampleHub();
  const id = hub.begin({
    projectId: ProjectId.parse('billing-api'),
    provider: ProviderId.parse('claude'),
    cwd: '/data/agor-worktrees/billing-1',
    worktree: { repository: '/home/you/code/billing-api', branch: 'agor/billing-1' },
    title: 'Beside the others',
    permissionMode: 'default',
    resumeProviderSession: 'conversation-1',
  });
  openFace(hub);
  const box = page.getByRole('region', { name: 'billing-api', exact: true });
  await box.getByRole('tab', { name: 'Files' }).click();
  await expect.element(box.getByRole('tree', { name: 'Files of agor/billing-1' })).toBeVisible();
  expect(lastInput(hub, 'files.list')).toMatchObject({ projectId: id });
  await box.getByRole('button', { name: 'Whose files: agor/billing-1' }).click();
  await page.getByRole('menuitemradio', { name: /^billing-api/ }).click();
  await expect.element(box.getByRole('tree', { name: 'Files of billing-api' })).toBeVisible();
  expect(lastInput(hub, 'files.list')).toMatchObject({ projectId: 'billing-api' });
});
