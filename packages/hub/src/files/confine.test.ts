import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProjectId } from '@agor/protocol';
import { tempDir } from '@agor/runtime/testing';
import { confine, confineFile } from './confine.ts';
import { Files } from './index.ts';

function project() {
  const temp = tempDir();
  const root = join(temp.path, 'project');
  mkdirSync(join(root, 'src'), { recursive: true });
  writeFileSync(join(root, 'src/a.ts'), 'a');
  writeFileSync(join(temp.path, 'secret'), 's');
  mkdirSync(join(temp.path, 'project-secrets'));
  return { root, dir: temp.path, [Symbol.dispose]: () => temp[Symbol.dispose]() };
}

test('paths below the root are found where they really are', () => {
  using at = project();
  symlinkSync(join(at.root, 'src'), join(at.root, 'inner'));
  symlinkSync(at.root, join(at.dir, 'alias'));
  expect(confine(at.root, '')).toEqual({ root: at.root, path: '' });
  expect(confine(join(at.dir, 'alias'), 'src/a.ts')).toEqual({ root: at.root, path: 'src/a.ts' });
  expect(confineFile(at.root, 'inner/a.ts')).toEqual({ root: at.root, path: 'src/a.ts' });
});

test.each(['../secret', 'src/../../secret', '/etc/passwd', 'src\\..\\..\\secret', 'a\0b'])(
  '%j leads nowhere',
  (path) => {
    using at = project();
    expect(() => confine(at.root, path)).toThrow(/leads out|absolute path|NUL/);
  },
);

test('a link that leads out of the project is not followed', () => {
  using at = project();
  symlinkSync(join(at.dir, 'secret'), join(at.root, 'out'));
  symlinkSync(at.dir, join(at.root, 'up'));
  symlinkSync(join(at.dir, 'project-secrets'), join(at.root, 'beside'));
  symlinkSync(join(at.root, 'round'), join(at.root, 'round'));
  for (const path of ['out', 'up/secret', 'up', 'beside']) expect(() => confine(at.root, path)).toThrow(/leads out/);
  expect(() => confine(at.root, 'round')).toThrow(/link to itself/);
});

test('only regular files are read: a device, a FIFO or a folder is refused before anything opens it', () => {
  using at = project();
  expect(Bun.spawnSync(['mkfifo', join(at.root, 'pipe')]).exitCode).toBe(0);
  expect(() => confineFile(at.root, 'pipe')).toThrow(/no regular file/);
  expect(() => confineFile('/dev', 'zero')).toThrow(/no regular file/);
  expect(() => confineFile(at.root, 'src')).toThrow(/is a folder/);
  expect(() => confineFile(at.root, 'gone')).toThrow(/There is no "gone"/);
});

test('the machine is asked only for what lies in the project', async () => {
  using at = project();
  const asked: unknown[] = [];
  const request = async (method: string, params: unknown) => {
    asked.push([method, params]);
    return method === 'files.list' ? { entries: [], left: 0 } : ['src/a.ts'];
  };
  const watching = { watchFiles: () => ({ [Symbol.dispose]: () => {} }) };
  const files = new Files({ machine: { request }, watching, rootOf: () => at.root, defaultFolder: () => '' });
  const id = ProjectId.parse('p');
  expect(await files.list(id, 'src', false)).toEqual({ entries: [], left: 0 });
  expect(await files.find(id, 'a', 5)).toEqual(['src/a.ts']);
  await expect(files.read(id, '../secret')).rejects.toThrow(/leads out/);
  expect(asked).toEqual([
    ['files.list', { root: at.root, path: 'src', hidden: false }],
    ['files.find', { root: at.root, query: 'a', limit: 5 }],
  ]);
});
