import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { newId, SessionId } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { git, TestRepository, write } from '../testing/index.ts';
import { type Wish, WorktreeWorld } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

let world: WorktreeWorld;
let repository: TestRepository;
let worktreesDir: string;
beforeEach(() => {
  world = new WorktreeWorld();
  ({ repository, worktreesDir } = world);
});
afterEach(() => world[Symbol.asyncDispose]());

const cwdOf = (name: string, wish?: Wish) => world.make(name, wish);

async function refusalOf(name: string, wish?: Wish): Promise<string> {
  const prepared = await world.prepare(name, wish);
  if (prepared.ok) throw new Error(`it was made at ${prepared.value.cwd}`);
  expect(prepared.error).toStartWith("The session's git worktree could not be made ready: ");
  expect(prepared.error).toContain('switch off "A git worktree for each new session"');
  return prepared.error;
}

test('a session gets a worktree of its own at the last commit; the main folder stays as it is, with what is not committed', async () => {
  write(repository.path, { 'a.txt': 'mine\n', 'staged.txt': 's\n' });
  repository.git('add', 'staged.txt');
  const before = repository.git('status', '--porcelain=v2', '--branch');
  const index = readFileSync(join(repository.path, '.git', 'index'));
  const cwd = await cwdOf('one');
  expect(cwd).toBe(join(worktreesDir, 'one'));
  expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('a\n');
  expect(git(cwd, 'branch', '--show-current')).toBe('agor/one');
  expect(repository.git('status', '--porcelain=v2', '--branch')).toBe(before);
  expect(readFileSync(join(repository.path, '.git', 'index')).equals(index)).toBe(true);
  expect(existsSync(join(worktreesDir, '.making', 'one'))).toBe(false);
});

test('a worktree that is there is used as it is, whatever was done in it', async () => {
  const cwd = await cwdOf('one');
  write(cwd, { 'a.txt': 'changed\n' });
  git(cwd, 'switch', '--quiet', '-c', 'another');
  expect(await cwdOf('one')).toBe(cwd);
  expect([readFileSync(join(cwd, 'a.txt'), 'utf8'), git(cwd, 'branch', '--show-current')]).toEqual([
    'changed\n',
    'another',
  ]);
});

test('a worktree whose folder was deleted comes back on its branch', async () => {
  const cwd = await cwdOf('one');
  const commit = repository.commit({ 'b.txt': 'b\n' }, cwd);
  rmSync(cwd, { recursive: true });
  expect(await cwdOf('one')).toBe(cwd);
  expect([git(cwd, 'rev-parse', 'HEAD'), git(cwd, 'branch', '--show-current')]).toEqual([commit, 'agor/one']);
});

test('commits of a deleted worktree that are on no branch are not forgotten', async () => {
  const cwd = await cwdOf('one');
  git(cwd, 'switch', '--quiet', '--detach');
  const commit = repository.commit({ 'b.txt': 'b\n' }, cwd);
  rmSync(cwd, { recursive: true });
  expect(await refusalOf('one')).toContain(`git branch <name> ${commit}`);
  repository.git('branch', 'kept', commit);
  expect(await cwdOf('one')).toBe(cwd);
});

test('a worktree that the person keeps on a disk which is not there now stays known to git', async () => {
  const away = join(world.path, 'stick', 'theirs');
  repository.git('worktree', 'add', '--quiet', away);
  rmSync(join(world.path, 'stick'), { recursive: true });
  rmSync(await cwdOf('one'), { recursive: true });
  await cwdOf('one');
  expect(repository.git('worktree', 'list', '--porcelain')).toContain(away);
});

test('a project that is a part of its repository is worked on in that part of the worktree', async () => {
  repository.commit({ 'packages/web/index.ts': 'web\n' });
  const from = join(repository.path, 'packages', 'web');
  expect(await cwdOf('one', { from })).toBe(join(worktreesDir, 'one', 'packages', 'web'));
  const fresh = join(repository.path, 'packages', 'fresh');
  mkdirSync(fresh);
  expect(await refusalOf('two', { from: fresh })).toContain('is in no commit');
  repository.git('rm', '-r', '--quiet', '--cached', 'packages/web');
  rmSync(from, { recursive: true });
  symlinkSync(world.path, from);
  repository.commit({});
  mkdirSync(join(world.path, 'elsewhere'));
  rmSync(from);
  mkdirSync(from);
  expect(await refusalOf('three', { from })).toContain('leads out of the worktree');
});

test('many sessions that begin at once in one repository each get theirs', async () => {
  const names = Array.from({ length: 8 }, (_, i) => `s${i}`);
  const folders = await Promise.all(names.map((name) => cwdOf(name)));
  expect(folders.map((folder) => git(folder, 'branch', '--show-current'))).toEqual(names.map((name) => `agor/${name}`));
});

test('hooks of the repository do not run', async () => {
  const hook = join(repository.path, '.git', 'hooks', 'post-checkout');
  writeFileSync(hook, `#!/bin/sh\ntouch ${world.path}/ran\n`);
  chmodSync(hook, 0o755);
  await cwdOf('one');
  expect(existsSync(join(world.path, 'ran'))).toBe(false);
});

test('where no worktree can be made the person is told why', async () => {
  mkdirSync(join(world.path, 'plain'));
  expect(await refusalOf('one', { from: join(world.path, 'plain') })).toContain('is in no git repository');
  const empty = new TestRepository(join(world.path, 'empty'), {});
  expect(await refusalOf('one', { from: empty.path })).toContain('has no commit yet');
  expect(await refusalOf('one', { from: join(world.path, 'gone') })).toContain('it may have been moved or deleted');
  expect(await refusalOf('one', { branch: 'main' })).toContain('is checked out elsewhere');
  expect(await refusalOf('one', { branch: '-d' })).toContain('can be no branch');
  expect(await refusalOf('one', { branch: 'a..b' })).toContain('can be no branch');
  expect(existsSync(join(worktreesDir, 'one'))).toBe(false);
});

test('a worktree is made in the folder of worktrees only', async () => {
  mkdirSync(worktreesDir);
  symlinkSync(world.path, join(worktreesDir, 'link'));
  for (const path of [
    join(world.path, 'x'),
    worktreesDir,
    join(worktreesDir, '.removed'),
    join(worktreesDir, 'link', 'x'),
    `${worktreesDir}/../x`,
  ])
    expect(await refusalOf('x', { path })).toContain('the only place where agor keeps worktrees');
  expect(await refusalOf('link')).toContain('a link is in its place');
  expect(existsSync(join(world.path, 'x'))).toBe(false);
});

test('what lies in its place is not touched', async () => {
  write(join(worktreesDir, 'one'), { mine: 'x' });
  expect(await refusalOf('one')).toContain('is there already and is no git worktree');
  const other = new TestRepository(join(world.path, 'other'));
  await cwdOf('two', { from: other.path });
  expect(await refusalOf('two')).toContain('a worktree of another repository');
  rmSync(other.path, { recursive: true });
  expect(await refusalOf('two')).toContain('which its repository does not know'.replace('which', 'that'));
  mkdirSync(join(worktreesDir, 'three'));
  await cwdOf('three');
  expect(readFileSync(join(worktreesDir, 'one', 'mine'), 'utf8')).toBe('x');
  expect(existsSync(join(worktreesDir, 'two', 'a.txt'))).toBe(true);
});

test('a worktree that was half made when agor was killed is made anew', async () => {
  const cwd = await cwdOf('one');
  // As git leaves it when it is killed in the middle of the checkout.
  rmSync(join(cwd, 'a.txt'));
  const own = git(cwd, 'rev-parse', '--absolute-git-dir');
  writeFileSync(join(own, 'locked'), 'initializing');
  expect(existsSync(join(await cwdOf('one'), 'a.txt'))).toBe(true);
  // Or at agor's next start, if the session does not go on.
  write(worktreesDir, { '.making/one': '' });
  await world.restart();
  await world.worktrees.idle();
  expect([existsSync(cwd), world.leftovers]).toEqual([false, []]);
  expect(repository.git('worktree', 'list')).not.toContain('one');
  await cwdOf('one');
  // As it is when git had not even begun with it.
  rmSync(join(cwd, '.git'));
  write(worktreesDir, { '.making/one': '' });
  expect(existsSync(join(await cwdOf('one'), '.git'))).toBe(true);
  expect(existsSync(join(worktreesDir, '.making', 'one'))).toBe(false);
});

test('a start that is stopped, or outlived by agor, leaves no half of a worktree and no process', async () => {
  repository.commit({ '.gitattributes': '* filter=slow\n', 'big.txt': 'big\n' });
  repository.git('config', 'filter.slow.smudge', `sh -c 'echo $$ > ${world.path}/pid; sleep 1000'`);
  const started = () => until('git works', () => existsSync(join(world.path, 'pid')));
  const session = newId(SessionId);
  const refused = refusalOf('one', { session });
  await started();
  world.worktrees.cancel(session);
  expect(await refused).toContain('it was stopped');
  expect(existsSync(join(worktreesDir, 'one'))).toBe(false);
  const pid = readFileSync(join(world.path, 'pid'), 'utf8').trim();
  expect(existsSync(`/proc/${pid}/cwd`)).toBe(false);

  rmSync(join(world.path, 'pid'));
  const slow = refusalOf('one', { session });
  await started();
  const waiting = newId(SessionId);
  const behind = refusalOf('two', { session: waiting });
  await world.worktrees.list(repository.path); // it has asked for the same, and waits now for its turn
  world.worktrees.cancel(waiting);
  expect(await behind).toContain('it was stopped');
  expect(existsSync(join(worktreesDir, 'one'))).toBe(true); // the other is still at it
  world.worktrees.cancel(session);
  await slow;

  rmSync(join(world.path, 'pid'));
  const again = refusalOf('one');
  await started();
  await world.worktrees.close();
  expect(await again).toContain('agor was ended meanwhile');
  await world.restart();
  repository.git('config', '--unset', 'filter.slow.smudge');
  expect(basename(await cwdOf('one'))).toBe('one');
});
