import { expect, setDefaultTimeout, test } from 'bun:test';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { FileContent } from '@agor/protocol';
import { MAX_FILE_READ_BYTES } from '@agor/protocol';
import { tempDir } from '@agor/runtime/testing';
import { createEntry, renameEntry } from './change.ts';
import { describeRaw, readChunk } from './chunk.ts';
import { listFolder } from './list.ts';
import { fileMarks } from './marks.ts';
import { readProjectFile } from './read.ts';
import { searchFiles } from './search.ts';
import { restoreEntry, trashEntry } from './trash.ts';
import type { TrashContext } from './trash-places.ts';
import { writeProjectFile } from './write.ts';

setDefaultTimeout(60_000); // for a loaded computer

function project(files: Record<string, string | Uint8Array> = {}) {
  const temp = tempDir();
  const root = join(temp.path, 'project');
  mkdirSync(root);
  const at = (path: string) => join(root, path);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(at(path), '..'), { recursive: true });
    writeFileSync(at(path), content);
  }
  mkdirSync(join(temp.path, 'elsewhere'));
  writeFileSync(join(temp.path, 'elsewhere/secret'), 'secret');
  const trash: TrashContext = {
    env: { XDG_DATA_HOME: join(temp.path, 'data') },
    platform: 'linux',
    uid: process.getuid?.() ?? 0,
  };
  const text = (path: string) => readFileSync(at(path), 'utf8');
  const outside = () => readdirSync(join(temp.path, 'elsewhere'));
  return { root, at, text, trash, dir: temp.path, outside, [Symbol.dispose]: () => temp[Symbol.dispose]() };
}
const never = new AbortController().signal;
const versionOf = async (root: string, path: string) => (await readProjectFile(root, path)).version;
const git = (root: string, ...args: string[]) =>
  Bun.spawnSync(['git', '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: root });

test('a file is written as it was given, with its mode, and what is read then is what was written', async () => {
  using at = project({ 'run.sh': 'one\r\n' });
  chmodSync(at.at('run.sh'), 0o751);
  const content = '\uFEFFtwo\r\nthree\n';
  const written = await writeProjectFile(at.root, 'run.sh', content, await versionOf(at.root, 'run.sh'));
  expect(at.text('run.sh')).toBe(content);
  expect(statSync(at.at('run.sh')).mode & 0o777).toBe(0o751);
  expect(await readProjectFile(at.root, 'run.sh')).toMatchObject({
    content,
    version: (written as { version: string }).version,
  });
  expect(readdirSync(at.root)).toEqual(['run.sh']);
});

test('what changed since it was read is not overwritten: the answer tells what is there now', async () => {
  using at = project({ 'a.txt': 'one' });
  const expected = await versionOf(at.root, 'a.txt');
  writeFileSync(at.at('a.txt'), 'two');
  const conflict = await writeProjectFile(at.root, 'a.txt', 'mine', expected);
  expect(conflict).toMatchObject({ kind: 'conflict', now: { kind: 'text', content: 'two' } });
  expect(at.text('a.txt')).toBe('two');
  const now = (conflict as { now: FileContent }).now;
  expect(await writeProjectFile(at.root, 'a.txt', 'mine', now.version)).toMatchObject({ kind: 'written' });
  // An answer that was lost: the same again changes nothing and is no conflict.
  expect(await writeProjectFile(at.root, 'a.txt', 'mine', now.version)).toMatchObject({ kind: 'written' });
  Bun.spawnSync(['rm', at.at('a.txt')]);
  expect(await writeProjectFile(at.root, 'a.txt', 'x', now.version)).toEqual({ kind: 'conflict', now: null });
  expect(existsSync(at.at('a.txt'))).toBe(false);
});

test('a new file comes with its folders, and never in the place of another', async () => {
  using at = project({ 'a.txt': 'one' });
  expect(await writeProjectFile(at.root, 'x/y/new.ts', 'new', null)).toMatchObject({ kind: 'written', size: 3 });
  expect(at.text('x/y/new.ts')).toBe('new');
  expect(await writeProjectFile(at.root, 'a.txt', 'two', null)).toMatchObject({
    kind: 'conflict',
    now: { content: 'one' },
  });
  symlinkSync('nowhere', at.at('dead'));
  await expect(writeProjectFile(at.root, 'dead', 'x', null)).rejects.toThrow('link to a file that is not there');
  await expect(writeProjectFile(at.root, 'big', 'x'.repeat(MAX_FILE_READ_BYTES), null)).resolves.toBeDefined();
  await expect(writeProjectFile(at.root, 'big2', 'ä'.repeat(MAX_FILE_READ_BYTES / 2 + 1), null)).rejects.toThrow(
    '10 MB',
  );
});

test('a link within the project stays a link, and its target is written', async () => {
  using at = project({ 'real/a.txt': 'one' });
  symlinkSync('real/a.txt', at.at('alias'));
  await writeProjectFile(at.root, 'alias', 'two', await versionOf(at.root, 'alias'));
  expect(lstatSync(at.at('alias')).isSymbolicLink()).toBe(true);
  expect(at.text('real/a.txt')).toBe('two');
});

test('where no file can be put beside it, the file itself is written', async () => {
  if (process.getuid?.() === 0) return; // root may do anything
  using at = project({ 'locked/a.txt': 'one' });
  chmodSync(at.at('locked'), 0o555);
  try {
    await writeProjectFile(at.root, 'locked/a.txt', 'two', await versionOf(at.root, 'locked/a.txt'));
    expect(at.text('locked/a.txt')).toBe('two');
  } finally {
    chmodSync(at.at('locked'), 0o755);
  }
});

const HOSTILE = [
  '../elsewhere/x',
  'up/x',
  'up/deep/x',
  '/etc/x',
  'a/../../x',
  'a/./x',
  '',
  '.',
  'x\0y',
  'a//x',
  '..\\x',
];

test.each(HOSTILE)('nothing outside of the project is made, written, moved or thrown away: %j', async (path) => {
  using at = project({ 'a/b.txt': 'b' });
  symlinkSync('../elsewhere', at.at('up'));
  const attempts = [
    () => writeProjectFile(at.root, path, 'x', null),
    () => createEntry(at.root, path, 'file'),
    () => createEntry(at.root, path, 'folder'),
    () => renameEntry(at.root, 'a/b.txt', path, true),
    () => renameEntry(at.root, path.replace(/x$/, 'secret'), 'stolen', true),
    () => trashEntry(at.root, path.replace(/x$/, 'secret'), false, at.trash),
    () => trashEntry(at.root, path.replace(/x$/, 'secret'), true, at.trash),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toThrow();
  expect(at.outside()).toEqual(['secret']);
  expect(readdirSync(at.root).sort()).toEqual(['a', 'up']);
});

test('a folder that becomes a link while it is written to leads nothing out of the project', async () => {
  using at = project({ 'a/b.txt': 'b', 'far/keep': '' });
  let isOver = false;
  symlinkSync('../elsewhere', at.at('link'));
  // A write makes folders that are missing: then there is nothing to swap in this round.
  const move = (from: string, to: string) => {
    try {
      renameSync(at.at(from), at.at(to));
    } catch {
      rmSync(at.at(to), { recursive: true, force: true });
    }
  };
  const swapping = (async () => {
    while (!isOver) {
      move('a', 'a2');
      move('link', 'a');
      await Bun.sleep(0);
      move('a', 'link');
      move('a2', 'a');
      await Bun.sleep(0);
    }
  })();
  for (let i = 0; i < 300; i++) {
    await writeProjectFile(at.root, `a/n${i}`, 'x', null).catch(() => {});
    await createEntry(at.root, `a/f${i}`, 'folder').catch(() => {});
    await renameEntry(at.root, 'a/b.txt', `a/c${i}`, false).catch(() => {});
  }
  isOver = true;
  await swapping;
  expect(at.outside()).toEqual(['secret']);
});

test('files and folders are made once', async () => {
  using at = project();
  await createEntry(at.root, 'x/y.ts', 'file');
  await createEntry(at.root, 'x/z', 'folder');
  expect([statSync(at.at('x/y.ts')).size, statSync(at.at('x/z')).isDirectory()]).toEqual([0, true]);
  await expect(createEntry(at.root, 'x/y.ts', 'file')).rejects.toThrow('There is a "x/y.ts" already');
  await expect(createEntry(at.root, 'x/z', 'folder')).rejects.toThrow('already');
  await expect(createEntry(at.root, 'x/y.ts/a', 'file')).rejects.toThrow();
  await expect(createEntry(at.root, `x/${'n'.repeat(256)}`, 'file')).rejects.toThrow('255 bytes');
});

test('a rename moves what was named, over another file only when told so, over a folder never', async () => {
  using at = project({ 'a.txt': 'a', 'b.txt': 'b', 'd/x': 'x', 'e/y': 'y' });
  expect(await renameEntry(at.root, 'a.txt', 'b.txt', false)).toEqual({ kind: 'exists', isDir: false });
  expect(await renameEntry(at.root, 'a.txt', 'd', true)).toEqual({ kind: 'exists', isDir: true });
  expect(at.text('b.txt')).toBe('b');
  expect(await renameEntry(at.root, 'a.txt', 'b.txt', true)).toEqual({ kind: 'renamed' });
  expect(at.text('b.txt')).toBe('a');
  expect(await renameEntry(at.root, 'd', 'e/deep/d', false)).toEqual({ kind: 'renamed' });
  expect(at.text('e/deep/d/x')).toBe('x');
  await expect(renameEntry(at.root, 'e', 'e/deep/e', false)).rejects.toThrow('into itself');
  await expect(renameEntry(at.root, 'gone', 'x', false)).rejects.toThrow('no "gone"');
  symlinkSync('b.txt', at.at('alias'));
  await renameEntry(at.root, 'alias', 'other', false);
  expect([lstatSync(at.at('other')).isSymbolicLink(), at.text('b.txt')]).toEqual([true, 'a']);
});

test('what goes to the trash lies there as the desktop expects it, and comes back from it', async () => {
  using at = project({ 'ä b.txt': 'one', 'd/x': 'x' });
  const trash = join(at.dir, 'data/Trash');
  const trashed = await trashEntry(at.root, 'ä b.txt', false, at.trash);
  expect(readFileSync(join(trash, 'files/ä b.txt'), 'utf8')).toBe('one');
  expect(readFileSync(join(trash, 'info/ä b.txt.trashinfo'), 'utf8')).toMatch(
    /^\[Trash Info\]\nPath=\/.*\/%C3%A4%20b\.txt\nDeletionDate=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\n$/,
  );
  expect(statSync(trash).mode & 0o777).toBe(0o700);
  writeFileSync(at.at('ä b.txt'), 'two');
  const second = await trashEntry(at.root, 'ä b.txt', false, at.trash);
  expect(readdirSync(join(trash, 'files')).sort()).toEqual(['ä b 2.txt', 'ä b.txt']);
  const id = (of: typeof second) => (of as { restoreId: string }).restoreId;
  await restoreEntry(at.root, id(second), at.trash);
  expect(at.text('ä b.txt')).toBe('two');
  await expect(restoreEntry(at.root, id(trashed), at.trash)).rejects.toThrow('still in the trash');
  await expect(restoreEntry(at.root, id(second), at.trash)).rejects.toThrow('no longer in the trash');
  await trashEntry(at.root, 'd', false, at.trash);
  expect(existsSync(join(trash, 'files/d/x'))).toBe(true);
});

test('a restore brings only what was trashed from there', async () => {
  using at = project({ 'a.txt': 'one' });
  const { restoreId } = (await trashEntry(at.root, 'a.txt', false, at.trash)) as { restoreId: string };
  const id = JSON.parse(restoreId);
  for (const forged of [
    { ...id, to: 'other.txt' },
    { ...id, trash: join(at.dir, 'elsewhere') },
    { ...id, name: '../../../elsewhere/secret' },
    { ...id, to: '../a.txt' },
  ])
    await expect(restoreEntry(at.root, JSON.stringify(forged), at.trash)).rejects.toThrow();
  await expect(restoreEntry(at.root, 'nonsense', at.trash)).rejects.toThrow('nothing in the trash');
  expect(at.outside()).toEqual(['secret']);
});

test('where there is no trash nothing is deleted, unless it was asked for permanently', async () => {
  using at = project({ 'd/x': 'x' });
  // Nobody's: neither the home trash nor one on the disk can be ours.
  const none: TrashContext = { ...at.trash, uid: 4_000_000 };
  symlinkSync('../elsewhere', at.at('d/link'));
  expect(await trashEntry(at.root, 'd', false, none)).toMatchObject({ kind: 'noTrash' });
  expect(at.text('d/x')).toBe('x');
  expect(await trashEntry(at.root, 'd', true, none)).toEqual({ kind: 'deleted' });
  expect([existsSync(at.at('d')), at.outside()]).toEqual([false, ['secret']]);
});

test('a file is given out in parts, and not in parts of two versions', async () => {
  using at = project({ 'a.bin': Uint8Array.of(1, 2, 3, 4, 5) });
  const raw = await describeRaw(at.root, 'a.bin');
  expect([raw.size, Buffer.from(raw.head, 'base64').length]).toEqual([5, 5]);
  const { data } = await readChunk(at.root, 'a.bin', raw.version, 1, 3);
  expect([...Buffer.from(data, 'base64')]).toEqual([2, 3, 4]);
  writeFileSync(at.at('a.bin'), 'another');
  await expect(readChunk(at.root, 'a.bin', raw.version, 0, 3)).rejects.toThrow('changed while it was read');
  symlinkSync('../elsewhere/secret', at.at('out'));
  await expect(describeRaw(at.root, 'out')).rejects.toThrow('leads out');
});

test('ignored files are marked, hidden ones shown when asked for, and git says how files differ', async () => {
  using at = project({
    '.gitignore': 'made\n*.log\n',
    'sub/kept.ts': 'one\nTwo words here\n',
    'sub/gone.ts': 'x',
    'made/out.js': 'Two words',
    'a.log': '',
  });
  git(at.root, 'init', '-q');
  git(at.root, 'add', '.');
  git(at.root, 'commit', '-qm', 'first');
  writeFileSync(at.at('sub/kept.ts'), 'changed\nxx Two words here\n');
  writeFileSync(at.at('sub/new.ts'), 'two words');
  Bun.spawnSync(['rm', at.at('sub/gone.ts')]);
  const { entries } = await listFolder(at.root, '', { hidden: true });
  expect(entries.map(({ name, ignored }) => [name, ignored ?? false])).toEqual([
    ['.git', true],
    ['made', true],
    ['sub', false],
    ['.gitignore', false],
    ['a.log', true],
  ]);
  const marks = { 'kept.ts': 'modified', 'gone.ts': 'deleted', 'new.ts': 'untracked' };
  expect(await fileMarks(at.at('sub'), never)).toEqual(marks as never);
  expect(Object.keys(await fileMarks(at.root, never)).sort()).toEqual(['sub/gone.ts', 'sub/kept.ts', 'sub/new.ts']);
  const { found, more } = await searchFiles(at.root, 'two words', never);
  expect([found, more]).toEqual([
    [
      { path: 'sub/kept.ts', line: 2, column: 4, text: 'xx Two words here' },
      { path: 'sub/new.ts', line: 1, column: 1, text: 'two words' },
    ],
    false,
  ]);
  expect((await searchFiles(at.root, 'Two words', never)).found.length).toBe(1);
  expect((await searchFiles(at.root, '.*', never)).found).toEqual([]);
});
