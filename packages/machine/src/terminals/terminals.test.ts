import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@agor/runtime/testing';
import { locate } from './locate.ts';
import { sshHosts } from './ssh-config.ts';

test('hosts of an ssh config are listed with what it says of them, patterns and what they bring are not', async () => {
  using dir = tempDir();
  mkdirSync(join(dir.path, 'conf.d'));
  writeFileSync(
    join(dir.path, 'config'),
    [
      '# mine',
      'Include conf.d/*.conf missing/file',
      'Host *',
      '  User everyone',
      'Host web web-2 !web-3 web-*',
      '  HostName=10.0.0.1',
      '  Port 2222',
      '  Port 9',
      '  IdentityFile "~/.ssh/a key"',
      'Match host x',
      '  User matched',
      'HOST "db"',
      '  user postgres',
    ].join('\n'),
  );
  writeFileSync(join(dir.path, 'conf.d', 'a.conf'), 'Host included\nHostName inc.example.com\n');
  writeFileSync(join(dir.path, 'conf.d', 'b.txt'), 'Host not-included\n');
  const none = { hostName: null, port: null, user: null, keyFile: null };
  const web = { ...none, hostName: '10.0.0.1', port: 2222, keyFile: '~/.ssh/a key' };
  expect(await sshHosts(join(dir.path, 'config'))).toEqual([
    { ...none, alias: 'included', hostName: 'inc.example.com' },
    { ...web, alias: 'web' },
    { ...web, alias: 'web-2' },
    { ...none, alias: 'db', user: 'postgres' },
  ]);
});

test('a config that is not there, or includes itself, is no harm', async () => {
  using dir = tempDir();
  expect(await sshHosts(join(dir.path, 'config'))).toEqual([]);
  writeFileSync(join(dir.path, 'config'), 'Host a\nInclude config\nInclude config\n');
  expect((await sshHosts(join(dir.path, 'config'))).map(({ alias }) => alias)).toEqual(['a']);
});

test('a printed path is found from the folder of its terminal or the root, and never outside the project', async () => {
  using dir = tempDir();
  const root = join(dir.path, 'project');
  mkdirSync(join(root, 'src', 'deep'), { recursive: true });
  writeFileSync(join(root, 'src', 'a.ts'), '');
  writeFileSync(join(root, 'top.ts'), '');
  writeFileSync(join(dir.path, 'secret'), '');
  symlinkSync(join(dir.path, 'secret'), join(root, 'link'));
  const find = (path: string, cwd = join(root, 'src')) => locate(path, { root, cwd, pid: process.pid });
  expect(await find('a.ts')).toEqual({ path: 'src/a.ts', isDir: false });
  expect(await find('src/a.ts')).toEqual({ path: 'src/a.ts', isDir: false });
  expect(await find('../top.ts')).toEqual({ path: 'top.ts', isDir: false });
  expect(await find(join(root, 'src', 'a.ts'))).toEqual({ path: 'src/a.ts', isDir: false });
  expect(await find('deep/')).toEqual({ path: 'src/deep', isDir: true });
  for (const path of ['../../secret', join(dir.path, 'secret'), 'link', 'nowhere', 'a\0b', '/etc/passwd'])
    expect(await find(path)).toBeNull();
});
