import { expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileChanges, type FileWatchProblem, FileWatchWish, MAX_FILE_CHANGES } from '@agor/protocol';
import { type Clock, systemClock } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { FileWatches } from './file-watches.ts';
import { FolderWatches, type WatchFolder } from './folder-watches.ts';

// Waiting for the system costs nothing when it is quick.
setDefaultTimeout(60_000);

/** Timers by hand, but the time of the file system. */
function handTimers() {
  const hand = new ManualClock();
  const clock: Clock = { ...systemClock, setTimeout: (fn, ms) => hand.setTimeout(fn, ms) };
  return { clock, advance: (ms: number) => hand.advanceAsync(ms) };
}

/** A folder with watches on it, and what they told. */
function place(options: { readonly folders?: FolderWatches; readonly clock?: Clock } = {}) {
  const dir = tempDir();
  const root = join(dir.path, 'root');
  mkdirSync(root);
  const folders = options.folders ?? new FolderWatches();
  const watches = new FileWatches(options.clock ?? systemClock, folders);
  const told: FileChanges['changes'] = [];
  const problems: FileWatchProblem['problem'][] = [];
  const frames: FileChanges[] = [];
  const waiters = new Set<() => void>();
  watches.connect((frame) => {
    if (frame.t === 'fileWatchProblem') problems.push(frame.problem);
    else {
      frames.push(frame);
      told.push(...frame.changes);
    }
    for (const wake of waiters) wake();
  });
  const at = (path: string) => join(root, path);
  const write = (path: string, text = 'x') => {
    mkdirSync(join(at(path), '..'), { recursive: true });
    writeFileSync(at(path), text);
  };
  const watch = (wish: Partial<FileWatchWish>) => watches.update([FileWatchWish.parse({ id: 'w', root, ...wish })], []);
  const until = async (check: () => boolean) => {
    while (!check()) await new Promise<void>((resolve) => waiters.add(resolve));
  };
  const has = (path: string, kind = 'changed') => told.some((c) => c.path === path && c.kind === kind);
  const heard = (path: string, kind = 'changed') => until(() => has(path, kind));
  return {
    ...{ root, at, write, watch, watches, folders, told, frames, problems, until, has, heard },
    [Symbol.dispose]: () => {
      watches[Symbol.dispose]();
      dir[Symbol.dispose]();
    },
  };
}

test('a file that was named is followed through writes, renames over it, its end and its return', async () => {
  using t = place();
  t.write('src/a.ts');
  t.write('src/b.ts');
  await t.watch({ files: ['src/a.ts'] });
  t.write('src/b.ts', 'other');
  t.write('src/a.ts', 'two');
  await t.heard('src/a.ts');
  t.told.length = 0;
  t.write('src/.tmp', 'three');
  renameSync(t.at('src/.tmp'), t.at('src/a.ts'));
  await t.heard('src/a.ts');
  rmSync(t.at('src/a.ts'));
  await t.heard('src/a.ts', 'removed');
  t.told.length = 0;
  t.write('src/a.ts');
  await t.heard('src/a.ts');
  expect(t.told.every((c) => c.path === 'src/a.ts')).toBe(true);
  expect(t.problems).toEqual([]);
});

test('a file is noticed in folders that do not exist yet, and after its folder was replaced by another', async () => {
  using t = place();
  await t.watch({ files: ['x/y/[slug]/a.ts'] });
  t.write('x/y/[slug]/a.ts');
  await t.heard('x/y/[slug]/a.ts');
  renameSync(t.at('x'), t.at('z'));
  await t.heard('x/y/[slug]/a.ts', 'removed');
  t.told.length = 0;
  t.write('x/y/[slug]/a.ts');
  await t.heard('x/y/[slug]/a.ts');
  t.told.length = 0;
  t.write('x/y/[slug]/a.ts', 'again');
  await t.heard('x/y/[slug]/a.ts');
});

test('a glob hears of files in new folders made at once, and not of what tools make or of other files', async () => {
  using t = place();
  await t.watch({ patterns: ['**/*.ts'] });
  t.write('node_modules/p/a.ts');
  t.write('.git/a.ts');
  for (let i = 0; i < 100; i++) t.write(`made/${i}/deep/a.ts`);
  t.write('made/a.js');
  for (let i = 0; i < 100; i++) await t.heard(`made/${i}/deep/a.ts`);
  expect(t.told.filter((c) => !/^made\/\d+\/deep\/a\.ts$/.test(c.path))).toEqual([]);
});

test('a folder of tools is looked into where the pattern names it', async () => {
  using t = place();
  t.write('dist/old.js');
  await t.watch({ patterns: ['dist/*.js'] });
  expect(t.folders.size).toBe(2);
  t.write('dist/new.js');
  await t.heard('dist/new.js');
});

test('what changed while nobody watched is told to a hub that says until when it did', async () => {
  using t = place();
  t.write('a.ts');
  const since = Date.now() + 60_000;
  await t.watch({ patterns: ['*.ts'], since });
  t.write('b.ts');
  await t.heard('b.ts');
  expect(t.has('a.ts')).toBe(false);
  await t.watch({ patterns: ['*.ts'], since: Date.now() - 60_000 });
  await t.heard('a.ts');
});

test('a folder that goes is a problem in words; it is watched again when it is back', async () => {
  const { clock, advance } = handTimers();
  using t = place({ clock });
  t.write('a.ts');
  await t.watch({ files: ['a.ts'] });
  rmSync(t.root, { recursive: true });
  while (!t.has('a.ts', 'removed')) await advance(100);
  expect(t.problems).toEqual([expect.stringContaining('is not there')]);
  t.write('a.ts');
  t.told.length = 0;
  while (!t.has('a.ts')) await advance(1_000);
  expect(t.problems.at(-1)).toBeNull();
});

test('the system’s limit is told with what to do about it, and what changed meanwhile when there is room', async () => {
  let room = 1;
  const folder: WatchFolder = () => {
    if (room-- <= 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    return { [Symbol.dispose]: () => {} };
  };
  const { clock, advance } = handTimers();
  using t = place({ folders: new FolderWatches(folder), clock });
  t.write('src/a.ts');
  await t.watch({ patterns: ['**/*.ts'] });
  expect(t.problems).toEqual([expect.stringMatching(/max_user_watches.*sysctl/)]);
  room = 10;
  t.write('src/a.ts', 'changed');
  while (!t.has('src/a.ts')) await advance(1_000);
  expect(t.problems.at(-1)).toBeNull();
});

test('more folders than may be watched are told; those that are watched still work', async () => {
  using t = place({ folders: new FolderWatches(undefined, 3) });
  for (let i = 0; i < 10; i++) t.write(`${i}/a.ts`);
  await t.watch({ patterns: ['**/*.ts'] });
  expect(t.folders.size).toBe(3);
  expect(t.problems).toEqual([expect.stringContaining('more folders than agor watches')]);
  t.write('a.ts');
  await t.heard('a.ts');
});

test('a flood of changes is one frame now and then, within a bound', async () => {
  let event: (name: string) => void = () => {};
  const folder: WatchFolder = (_, onEvent) => {
    event = onEvent;
    return { [Symbol.dispose]: () => {} };
  };
  const { clock, advance } = handTimers();
  using t = place({ folders: new FolderWatches(folder), clock });
  await t.watch({ patterns: ['*'] });
  for (let i = 0; i < 3 * MAX_FILE_CHANGES; i++) event(`${i}`);
  while (t.frames.length === 0) await advance(100);
  expect(t.frames.map((frame) => [frame.changes.length, frame.more])).toEqual([[MAX_FILE_CHANGES, true]]);
});

test('nothing is watched any more when the hub ended its watches, or is gone', async () => {
  using t = place();
  t.write('a/a.ts');
  await t.watch({ patterns: ['**'] });
  await t.watch({ id: 'v', files: ['a/a.ts'] });
  await t.watches.update([], ['w']);
  expect([t.watches.size, t.folders.size]).toEqual([1, 2]);
  t.watches.connect(null);
  expect([t.watches.size, t.folders.size]).toEqual([0, 0]);
});
