import { expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_FILE_READ_BYTES } from '@agor/protocol';
import { tempDir } from '@agor/runtime/testing';
import { Requests } from '../requests/index.ts';
import { FileFinder } from './find.ts';
import { listFolders } from './folders.ts';
import { registerFileRequests } from './index.ts';
import { listFolder } from './list.ts';
import { rank } from './rank.ts';
import { readProjectFile } from './read.ts';

setDefaultTimeout(60_000); // for a loaded computer

function project(files: Record<string, string | Uint8Array>) {
  const temp = tempDir();
  const root = join(temp.path, 'project');
  mkdirSync(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  writeFileSync(join(temp.path, 'secret'), 'secret');
  return { root, outside: temp.path, [Symbol.dispose]: () => temp[Symbol.dispose]() };
}
const never = new AbortController().signal;

test('folders come first, then names without regard to case; what begins with a dot is hidden', async () => {
  using at = project({ 'b.TS': 'bb', 'A.md': '', 'Zoo/x': '', 'apes/y': '', '.git/config': '', '.env': 'KEY=1' });
  expect((await listFolder(at.root, '')).entries).toEqual([
    { name: 'apes', path: 'apes', isDir: true, size: 0, ext: '' },
    { name: 'Zoo', path: 'Zoo', isDir: true, size: 0, ext: '' },
    { name: 'A.md', path: 'A.md', isDir: false, size: 0, ext: 'md' },
    { name: 'b.TS', path: 'b.TS', isDir: false, size: 2, ext: 'ts' },
  ]);
  expect((await listFolder(at.root, 'Zoo')).entries[0]?.path).toBe('Zoo/x');
  await expect(listFolder(at.root, 'A.md')).rejects.toThrow('not a directory');
});

test('text comes with its language, other things are named for what they are', async () => {
  using at = project({
    'main.rs': 'fn main() {}',
    Dockerfile: 'FROM x',
    'notes.unknown': 'häh',
    'logo.svg': '<svg/>',
    'bytes.txt': Uint8Array.of(0xff, 0xfe),
    'nul.txt': 'a\0b',
    'edge.txt': '',
    'huge.txt': '',
  });
  truncateSync(join(at.root, 'huge.txt'), MAX_FILE_READ_BYTES + 1);
  writeFileSync(join(at.root, 'edge.txt'), 'x'.repeat(MAX_FILE_READ_BYTES));
  expect(await readProjectFile(at.root, 'main.rs')).toEqual({
    kind: 'text',
    content: 'fn main() {}',
    lang: 'rust',
    size: 12,
    version: expect.stringMatching(/^c12-/),
  });
  expect(await readProjectFile(at.root, 'Dockerfile')).toMatchObject({ lang: 'dockerfile' });
  expect(await readProjectFile(at.root, 'notes.unknown')).toMatchObject({ kind: 'text', lang: 'text', content: 'häh' });
  expect(await readProjectFile(at.root, 'edge.txt')).toMatchObject({ kind: 'text', size: MAX_FILE_READ_BYTES });
  for (const path of ['logo.svg', 'bytes.txt', 'nul.txt']) {
    expect(await readProjectFile(at.root, path)).toMatchObject({ kind: 'binary' });
  }
  expect(await readProjectFile(at.root, 'huge.txt')).toMatchObject({ kind: 'tooLarge', size: MAX_FILE_READ_BYTES + 1 });
});

test('nothing outside of the project is read or listed: not by dots, not by an absolute path, not through a link', async () => {
  using at = project({ 'inside.txt': 'inside', 'folder/file': '' });
  symlinkSync(join(at.outside, 'secret'), join(at.root, 'link'));
  symlinkSync(at.outside, join(at.root, 'up'));
  symlinkSync('inside.txt', join(at.root, 'fine'));
  for (const path of [
    '../secret',
    'folder/../../secret',
    join(at.outside, 'secret'),
    'link',
    'up/secret',
    '..\\secret',
  ]) {
    await expect(readProjectFile(at.root, path)).rejects.toThrow('leads out of the project');
  }
  await expect(listFolder(at.root, 'up')).rejects.toThrow('leads out of the project');
  await expect(readProjectFile(at.root, 'a\0b')).rejects.toThrow('NUL');
  await expect(readProjectFile(at.root, 'missing')).rejects.toThrow('There is no "missing"');
  expect(await readProjectFile(at.root, 'fine')).toMatchObject({ content: 'inside' });
  expect((await listFolder(at.root, '')).entries.map(({ name }) => name)).toEqual(['folder', 'fine', 'inside.txt']);
});

test('a device, a FIFO and a folder are refused instead of read', async () => {
  using at = project({ 'folder/file': '' });
  await Bun.spawn(['mkfifo', join(at.root, 'fifo')]).exited;
  await expect(readProjectFile(at.root, 'fifo')).rejects.toThrow('no regular file');
  await expect(readProjectFile(at.root, 'folder')).rejects.toThrow('no regular file');
  await expect(readProjectFile('/dev', 'zero')).rejects.toThrow('no regular file');
});

test('in a repository the tracked and the new files are found, and not the ignored ones', async () => {
  using at = project({
    'src/app.ts': '',
    'src/new file.ts': '',
    '.gitignore': 'out/\n',
    'out/app.ts': '',
    '.github/ci.yml': '',
  });
  await Bun.spawn(['git', 'init', '-q'], { cwd: at.root }).exited;
  await Bun.spawn(['git', 'add', 'src/app.ts'], { cwd: at.root }).exited;
  const finder = new FileFinder();
  expect(await finder.find(at.root, 'app', 10, never)).toEqual(['src/app.ts']);
  expect(await finder.find(at.root, 'newfile', 10, never)).toEqual(['src/new file.ts']);
  expect((await finder.find(at.root, '', 10, never)).toSorted()).toEqual([
    '.github/ci.yml',
    '.gitignore',
    'src/app.ts',
    'src/new file.ts',
  ]);
  expect(await finder.find(join(at.root, 'src'), 'app', 10, never)).toEqual(['app.ts']);
});

test('without a repository the files below are found, without those of tools', async () => {
  using at = project({ 'a/b/deep.ts': '', 'top.ts': '', 'node_modules/x/deep.ts': '' });
  symlinkSync(at.outside, join(at.root, 'up'));
  const finder = new FileFinder();
  expect(await finder.find(at.root, '', 10, never)).toEqual(['top.ts', 'a/b/deep.ts']);
  expect(await finder.find(at.root, '.ts', 1, never)).toEqual(['top.ts']);
});

test('a search that is given up ends, and the next one begins anew', async () => {
  using at = project({ 'a.ts': '' });
  const finder = new FileFinder();
  await expect(finder.find(at.root, 'a', 10, AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
  expect(await finder.find(at.root, 'a', 10, never)).toEqual(['a.ts']);
});

test('the name counts more than the folders, a whole part more than scattered letters', () => {
  const paths = [
    'src/user/index.ts',
    'src/user-store.ts',
    'lib/superuser.ts',
    'src/under/some/error.ts',
    'docs/readme.md',
    'user.ts',
  ];
  expect(rank(paths, 'user', 10)).toEqual([
    'user.ts',
    'src/user-store.ts',
    'lib/superuser.ts',
    'src/user/index.ts',
    'src/under/some/error.ts',
  ]);
  expect(rank(paths, 'USTORE', 10)).toEqual(['src/user-store.ts']);
  expect(rank(paths, 'xyz', 10)).toEqual([]);
});

test('the folders of a folder are told with what is a repository', async () => {
  using at = project({ 'repo/.git/HEAD': '', 'Plain/x': '', '.hidden/x': '', file: '' });
  expect(await listFolders(at.root)).toEqual({
    path: at.root,
    parent: at.outside,
    folders: [
      { name: 'Plain', isRepo: false },
      { name: 'repo', isRepo: true },
    ],
  });
  await expect(listFolders(join(at.root, 'nowhere'))).rejects.toThrow('There is no');
});

test('the hub asks by method name and gets failures with a code', async () => {
  using at = project({ 'a.txt': 'hello' });
  const requests = new Requests();
  registerFileRequests(requests);
  const answers: unknown[] = [];
  const session = requests.session((answer) => answers.push(answer));
  await session.start('1', 'files.read', { root: at.root, path: 'a.txt' });
  await session.start('2', 'files.read', { root: at.root, path: '../secret' });
  expect(answers).toMatchObject([
    { t: 'result', result: { kind: 'text', content: 'hello' } },
    { t: 'failure', code: 'outside' },
  ]);
});
