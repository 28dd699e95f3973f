import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { WorktreeState } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { git, TestRepository, write } from '../testing/index.ts';
import { WorktreeWorld } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

let world: WorktreeWorld;
let cwd: string;
beforeEach(async () => {
  world = new WorktreeWorld();
  cwd = await world.make('one');
});
afterEach(() => world[Symbol.asyncDispose]());

const inspect = (path = cwd) => world.worktrees.inspect(path);
const remove = (fingerprint: string | null = null, path = cwd) => world.worktrees.remove(path, fingerprint);

/** It is not removed unasked, and goes once it was confirmed as it is. */
async function needsConfirmation(state: WorktreeState): Promise<void> {
  expect(state.fingerprint).not.toBeNull();
  expect(await remove()).toMatchObject({ kind: 'wouldLose', state: { ...state } });
  expect(await remove('another')).toMatchObject({ kind: 'wouldLose' });
  expect(existsSync(cwd)).toBe(true);
  expect(await remove(state.fingerprint)).toEqual({ kind: 'removed' });
  expect(existsSync(cwd)).toBe(false);
}

test('a worktree in which nothing would be lost goes unasked; its branch stays, and git has forgotten it', async () => {
  write(cwd, { 'node_modules/x/index.js': 'x', 'sub/node_modules/y/index.js': 'y' });
  expect(await inspect()).toEqual({
    path: cwd,
    branch: 'agor/one',
    repository: world.repository.path,
    changed: { paths: [], count: 0 },
    untracked: { paths: [], count: 0 },
    ignored: { paths: [], count: 0 },
    unmerged: 0,
    processes: [],
    problem: null,
    fingerprint: null,
  });
  expect(await remove()).toEqual({ kind: 'removed' });
  await world.worktrees.idle();
  expect(world.leftovers).toEqual([]);
  expect(world.repository.git('worktree', 'list')).not.toContain('one');
  expect(world.repository.git('branch', '--list', 'agor/one')).toContain('agor/one');
  expect(await remove()).toEqual({ kind: 'removed' }); // as after a crash
  expect(await world.make('one')).toBe(cwd);
});

test('what is changed, new or ignored is told, and goes only when it was confirmed', async () => {
  write(cwd, { 'a.txt': 'mine\n', 'new/b.txt': 'b', 'debug.log': 'l', 'out/bin/x': 'x', 'node_modules/z': 'z' });
  const state = await inspect();
  expect(state).toMatchObject({
    changed: { paths: ['a.txt'], count: 1 },
    untracked: { paths: ['new/b.txt'], count: 1 },
    ignored: { paths: ['debug.log', 'out/'], count: 2 },
  });
  await needsConfirmation(state);
});

test('a confirmation holds for what was shown, not for what came after', async () => {
  write(cwd, { 'out/bin/x': 'x' });
  const { fingerprint } = await inspect();
  expect((await inspect()).fingerprint).toBe(fingerprint);
  write(cwd, { 'out/bin/y': 'y' });
  expect(await remove(fingerprint)).toMatchObject({ kind: 'wouldLose' });
  expect(existsSync(join(cwd, 'out', 'bin', 'y'))).toBe(true);
});

test('what is written in the last moment brings the worktree back', async () => {
  // A program that knows the folder and not its path, such as one that works in it.
  world.onStep = (step) => {
    if (step === 'hide') write(cwd, { 'late.txt': 'late' });
  };
  expect(await remove()).toMatchObject({ kind: 'wouldLose', state: { untracked: { paths: ['late.txt'] } } });
  expect(readFileSync(join(cwd, 'late.txt'), 'utf8')).toBe('late');
  expect(git(cwd, 'status', '--porcelain')).toBe('?? late.txt');
});

test('commits that are on its branch alone are told before it goes; they stay on the branch', async () => {
  const commit = world.repository.commit({ 'b.txt': 'b\n' }, cwd);
  const state = await inspect();
  expect(state).toMatchObject({ branch: 'agor/one', unmerged: 1, changed: { count: 0 } });
  await needsConfirmation(state);
  expect(world.repository.git('rev-parse', 'agor/one')).toBe(commit);
});

test('commits that were merged, or pushed, are no matter', async () => {
  world.repository.commit({ 'b.txt': 'b\n' }, cwd);
  world.repository.git('merge', '--quiet', 'agor/one');
  expect((await inspect()).unmerged).toBe(0);
  world.repository.commit({ 'c.txt': 'c\n' }, cwd);
  expect((await inspect()).unmerged).toBe(1);
  git(world.path, 'init', '--quiet', '--bare', 'server');
  git(cwd, 'push', '--quiet', join(world.path, 'server'), 'agor/one:x');
  world.repository.git('fetch', '--quiet', join(world.path, 'server'), 'x:refs/remotes/server/x');
  expect(await inspect()).toMatchObject({ unmerged: 0, fingerprint: null });
});

test('commits of a detached HEAD would be lost', async () => {
  git(cwd, 'switch', '--quiet', '--detach');
  const commit = world.repository.commit({ 'b.txt': 'b\n' }, cwd);
  const state = await inspect();
  expect(state).toMatchObject({ branch: null, unmerged: 1 });
  world.repository.git('tag', 'kept', commit);
  expect((await inspect()).fingerprint).toBeNull();
  world.repository.git('tag', '-d', 'kept');
  await needsConfirmation(state);
});

test('a process that works in it is told', async () => {
  const child = Bun.spawn(['sleep', '1000'], { cwd });
  try {
    await until('it is seen', async () => (await inspect()).processes.length === 1);
    const state = await inspect();
    expect(state.processes).toEqual([{ pid: child.pid, command: 'sleep' }]);
    await needsConfirmation(state);
  } finally {
    child.kill('SIGKILL');
    await child.exited;
  }
});

test('a worktree of a session that is live or about to start is not removed, whatever was confirmed', async () => {
  mkdirSync(join(cwd, 'sub'));
  world.runnerFolders = [join(cwd, 'sub')];
  await expect(remove()).rejects.toMatchObject({ code: 'inUse' });
  world.runnerFolders = [];
  const held = await world.prepare('one');
  if (!held.ok) throw new Error(held.error);
  await expect(remove()).rejects.toMatchObject({ code: 'inUse' });
  held.value[Symbol.dispose]();
  expect(await remove()).toEqual({ kind: 'removed' });
});

test('what git was told not to look at is looked at', async () => {
  git(cwd, 'update-index', '--assume-unchanged', 'a.txt');
  write(cwd, { 'a.txt': 'mine\n' });
  expect(git(cwd, 'status', '--porcelain')).toBe('');
  const state = await inspect();
  expect(state.changed.paths).toEqual(['a.txt']);
  await needsConfirmation(state);
});

test('an operation of git’s that is under way, and repositories within, are told', async () => {
  world.repository.commit({ 'a.txt': 'theirs\n' });
  world.repository.commit({ 'a.txt': 'ours\n' }, cwd);
  expect(() => git(cwd, 'rebase', 'main')).toThrow();
  expect((await inspect()).problem).toBe('a rebase is under way in it');
  git(cwd, 'rebase', '--abort');
  const library = new TestRepository(join(world.path, 'library'));
  git(cwd, 'submodule', '--quiet', 'add', library.path, 'library');
  world.repository.commit({}, cwd);
  const state = await inspect();
  expect(state).toMatchObject({
    changed: { count: 0 },
    problem: 'there are repositories in it that are not looked into (library)',
  });
  await needsConfirmation(state);
});

test('a worktree that the person locked goes when that was confirmed', async () => {
  world.repository.git('worktree', 'lock', '--reason', 'mine', cwd);
  const state = await inspect();
  expect(state.problem).toBe('it is locked (mine)');
  await needsConfirmation(state);
  expect(world.repository.git('worktree', 'list')).not.toContain('one');
});

test('a worktree whose repository is gone, or does not know it, goes when that was confirmed', async () => {
  const moved = join(world.path, 'moved');
  renameSync(world.repository.path, moved);
  const state = await inspect();
  expect(state).toMatchObject({
    repository: null,
    branch: null,
    untracked: { paths: ['.gitignore', 'a.txt'], count: 2 },
  });
  renameSync(moved, world.repository.path);
  rmSync(join(world.repository.path, '.git', 'worktrees'), { recursive: true });
  const unknown = await inspect();
  expect(unknown).toMatchObject({ repository: world.repository.path, branch: null });
  expect(unknown.fingerprint).not.toBe(state.fingerprint);
  await needsConfirmation(unknown);
});

test('a copy of a worktree is none, and the one that it was copied from is not touched', async () => {
  const copy = join(world.worktreesDir, 'copy');
  Bun.spawnSync(['cp', '-r', cwd, copy]);
  const { problem, fingerprint } = await inspect(copy);
  expect(problem).toContain('does not know it');
  expect(await remove(fingerprint, copy)).toEqual({ kind: 'removed' });
  expect(git(cwd, 'status', '--porcelain', '--branch')).toBe('## agor/one');
});

test('folders elsewhere, links, and what is no worktree are never removed', async () => {
  const theirs = join(world.path, 'theirs');
  world.repository.git('worktree', 'add', '--quiet', theirs);
  symlinkSync(theirs, join(world.worktreesDir, 'link'));
  write(join(world.worktreesDir, 'plain'), { mine: 'x' });
  const subfolder = join(cwd, 'sub');
  mkdirSync(subfolder);
  for (const [path, code] of [
    [theirs, 'outside'],
    [world.repository.path, 'outside'],
    [world.worktreesDir, 'outside'],
    [subfolder, 'outside'],
    [`${world.worktreesDir}/../theirs`, 'outside'],
    [`${cwd}/`, 'outside'],
    [join(world.worktreesDir, '.removed'), 'outside'],
    [join(world.worktreesDir, 'link'), 'outside'],
    [join(world.worktreesDir, 'plain'), 'notWorktree'],
  ] as const)
    await expect(remove('x', path)).rejects.toMatchObject({ code });
  // Its own repository took the worktree's place.
  rmSync(join(cwd, '.git'));
  git(cwd, 'init', '--quiet');
  await expect(remove('x')).rejects.toMatchObject({ code: 'notWorktree' });
  expect([existsSync(theirs), existsSync(join(world.worktreesDir, 'plain', 'mine')), existsSync(cwd)]).toEqual([
    true,
    true,
    true,
  ]);
});

test('a link in the place of one of agor’s own folders stops a removal', async () => {
  const elsewhere = join(world.path, 'elsewhere');
  write(elsewhere, { 'one/mine': 'x', 'two/mine': 'x' });
  symlinkSync(elsewhere, join(world.worktreesDir, '.checking'));
  await expect(remove()).rejects.toMatchObject({ code: 'failed' });
  rmSync(join(world.worktreesDir, '.checking'));
  symlinkSync(elsewhere, join(world.worktreesDir, '.removed'));
  await expect(remove()).rejects.toMatchObject({ code: 'failed' });
  await world.restart();
  await world.worktrees.idle();
  expect(readdirSync(elsewhere).sort()).toEqual(['one', 'two']);
  expect(existsSync(join(cwd, 'a.txt'))).toBe(true); // it was brought back
});

test('links in a removed worktree are not followed, and folders that are read only go, too', async () => {
  const elsewhere = join(world.path, 'elsewhere');
  write(elsewhere, { mine: 'x' });
  write(cwd, { 'out/sealed/deep/x': 'x' });
  symlinkSync(elsewhere, join(cwd, 'out', 'link'));
  for (const folder of ['out/sealed/deep', 'out/sealed']) chmodSync(join(cwd, folder), 0o500);
  expect(await remove((await inspect()).fingerprint)).toEqual({ kind: 'removed' });
  await world.worktrees.idle();
  expect(world.leftovers).toEqual([]);
  expect(existsSync(join(elsewhere, 'mine'))).toBe(true);
});

test('the worktrees of a repository are found from any of its folders, those of others are not', async () => {
  const two = await world.make('two');
  git(two, 'switch', '--quiet', '--detach');
  const other = new TestRepository(join(world.path, 'other'));
  await world.make('three', { from: other.path });
  world.repository.git('worktree', 'add', '--quiet', join(world.path, 'theirs'));
  mkdirSync(join(world.repository.path, 'sub'));
  const listed = [
    { path: cwd, branch: 'agor/one' },
    { path: two, branch: null },
  ];
  for (const folder of ['.', 'sub'])
    expect(await world.worktrees.list(join(world.repository.path, folder))).toEqual(listed);
  expect(await world.worktrees.list(world.path)).toEqual([]);
});
