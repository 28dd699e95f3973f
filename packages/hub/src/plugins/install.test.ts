import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@agor/runtime/testing';
import { readCatalogue } from './catalogue.ts';
import { readSource } from './fetch-package.ts';
import { installPlugin } from './install.ts';
import { manifest, type Packed, zip } from './testing.ts';
import { unzip } from './unzip.ts';

function setUp() {
  const dir = tempDir();
  const folder = join(dir.path, 'plugins');
  const put = (bytes: Uint8Array) => {
    const file = join(dir.path, 'package.zip');
    writeFileSync(file, bytes);
    return file;
  };
  const install = (bytes: Uint8Array, sha256?: string) =>
    installPlugin({ folder, source: put(bytes), sha256, version: '0.1.0' });
  return { dir: dir.path, folder, install, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}
const good = (code = 'agor.meta.id') =>
  zip([
    { name: 'plugin.json', content: manifest() },
    { name: 'index.js', content: code },
  ]);

test('a package is installed and updated as a whole, packed with or without a folder around it', async () => {
  using at = setUp();
  expect(await at.install(good('1'))).toEqual({ id: 'guest', version: '1.0.0', replaced: false });
  const nested = zip([
    { name: 'guest-1.1.0/', content: '', mode: 0o040755, stored: true },
    { name: 'guest-1.1.0/plugin.json', content: manifest({ version: '1.1.0' }) },
    { name: 'guest-1.1.0/index.js', content: '2' },
  ]);
  expect(await at.install(nested)).toEqual({ id: 'guest', version: '1.1.0', replaced: true });
  expect(readFileSync(join(at.folder, 'guest/index.js'), 'utf8')).toBe('2');
  expect(readdirSync(at.folder)).toEqual(['guest']);
});

test('a package of another SHA-256 is not unpacked, and what was there stays', async () => {
  using at = setUp();
  const first = good('1');
  await at.install(first, createHash('sha256').update(first).digest('hex'));
  await expect(at.install(good('2'), '0'.repeat(64))).rejects.toThrow(/SHA-256/);
  expect(readFileSync(join(at.folder, 'guest/index.js'), 'utf8')).toBe('1');
});

test('a package that holds no plugin that can run changes nothing', async () => {
  using at = setUp();
  await at.install(good('1'));
  const wrong: Packed[][] = [
    [{ name: 'plugin.json', content: manifest() }],
    [
      { name: 'plugin.json', content: manifest({ permissions: ['root'] }) },
      { name: 'index.js', content: '2' },
    ],
    [
      { name: 'plugin.json', content: manifest({ minVersion: '9.0.0' }) },
      { name: 'index.js', content: '2' },
    ],
    [
      { name: 'plugin.json', content: manifest({ id: '../up' }) },
      { name: 'index.js', content: '2' },
    ],
    [
      { name: 'plugin.json', content: manifest({ main: '../index.js' }) },
      { name: 'index.js', content: '2' },
    ],
    [{ name: 'index.js', content: '2' }],
  ];
  for (const entries of wrong) await expect(at.install(zip(entries))).rejects.toThrow();
  expect(readFileSync(join(at.folder, 'guest/index.js'), 'utf8')).toBe('1');
  expect(readdirSync(at.folder)).toEqual(['guest']);
});

test('no name leads out of the folder, and no entry is a link or a device', () => {
  const names = [
    '../up.js',
    'a/../../up.js',
    '/etc/cron.d/x',
    'C:\\x.js',
    'C:x.js',
    '..\\up.js',
    'a\\b.js',
    './x.js',
    'a//b.js',
    'con',
    'nul.js',
    'x.js.',
    'x ',
    'a\0.js',
    'a:stream',
    '.git/hooks/x',
    '~/x',
    'é/../x',
    `${'a/'.repeat(20)}x`,
  ];
  for (const name of names)
    expect(() => unzip(zip([{ name, content: 'x' }])), name).toThrow(/name that agor does not take/);
  for (const mode of [0o120777, 0o020666, 0o010644, 0o140777])
    expect(() => unzip(zip([{ name: 'x', content: '/etc/passwd', mode }]))).toThrow(/neither a file nor a folder/);
});

test('one name twice, also in other letters, or as file and folder, is refused', () => {
  expect(() =>
    unzip(
      zip([
        { name: 'a.js', content: '1' },
        { name: 'A.js', content: '2' },
      ]),
    ),
  ).toThrow(/twice/);
  expect(() =>
    unzip(
      zip([
        { name: 'a', content: '1' },
        { name: 'a/b', content: '2' },
      ]),
    ),
  ).toThrow(/both/);
});

test('bombs are not unpacked: too many, too large, too dense, or more than was said', () => {
  const many = Array.from({ length: 201 }, (_, n) => ({ name: `f${n}`, content: 'x' }));
  expect(() => unzip(zip(many))).toThrow(/201 entries/);
  expect(() => unzip(zip([{ name: 'x', content: Buffer.alloc(9 * 1024 * 1024) }]))).toThrow();
  expect(() => unzip(zip([{ name: 'x', content: Buffer.alloc(4 * 1024 * 1024) }]))).toThrow(/far more/);
  expect(() => unzip(zip([{ name: 'x', content: Buffer.alloc(100_000), claims: 10 }]))).toThrow(/damaged/);
});

test('what is cut off or changed anywhere is refused or unpacks to the same, and never throws what is no refusal', () => {
  const archive = good('agor.meta.id; // and some more text that can be packed, packed, packed');
  for (let n = 0; n < archive.byteLength; n++) {
    expect(() => unzip(archive.subarray(0, n))).toThrow();
    const changed = Buffer.from(archive);
    changed[n] = (changed[n] ?? 0) ^ 0xff;
    try {
      unzip(changed);
    } catch (error) {
      expect((error as Error).name, `at byte ${n}: ${error}`).toBe('Failure');
    }
  }
});

test('packages come by https only, each redirect is looked at, and no more is read than allowed', async () => {
  const answers =
    (...all: Response[]) =>
    async () =>
      all.shift() ?? new Response('x', { status: 500 });
  const to = (location: string) => new Response(null, { status: 302, headers: { location } });
  const read = (...all: Response[]) => readSource('https://plugins.test/a.zip', 10, answers(...all));
  expect(new TextDecoder().decode(await read(to('/b.zip'), new Response('bytes')))).toBe('bytes');
  await expect(read(to('http://plugins.test/b.zip'))).rejects.toThrow(/https only/);
  await expect(read(to('file:///etc/passwd'))).rejects.toThrow(/https only/);
  await expect(read(...Array.from({ length: 9 }, () => to('/again')))).rejects.toThrow(/on and on/);
  await expect(read(new Response('x'.repeat(11)))).rejects.toThrow(/more than 10/);
  await expect(read(new Response('', { status: 404 }))).rejects.toThrow(/404/);
  await expect(readSource('http://plugins.test/a.zip', 10)).rejects.toThrow(/https only/);
  await expect(readSource('a.zip', 10)).rejects.toThrow(/whole path/);
  await expect(readSource(import.meta.dir, 10)).rejects.toThrow(/is a folder\. Copy/);
});

test('what is no address, breaks off or never ends is refused in words, and stops nothing', async () => {
  using at = setUp();
  const pipe = join(at.dir, 'pipe');
  expect(Bun.spawnSync(['mkfifo', pipe]).exitCode).toBe(0);
  await expect(readSource(pipe, 10)).rejects.toThrow(/^.*pipe is no file\.$/);
  await expect(readSource('/dev/zero', 10)).rejects.toThrow(/^.dev.zero is no file\.$/);
  await expect(readSource('https://', 10)).rejects.toThrow(/https only/);
  const lost = () => Promise.resolve(new Response(null, { status: 302, headers: { location: 'https://[' } }));
  await expect(readSource('https://plugins.test/a.zip', 10, lost)).rejects.toThrow(/no address/);
  const broken = () =>
    Promise.resolve(new Response(new ReadableStream({ pull: (to) => to.error(new Error('hung up')) })));
  await expect(readSource('https://plugins.test/a.zip', 10, broken)).rejects.toThrow(/broke off.*hung up/);
});

test('a name that hides letters, or turns them around, is none that a person can agree to', async () => {
  using at = setUp();
  for (const name of ['Guest\u202etxt', 'Gu\u200best', 'Guest\nfrom agor', ' ', '\u0000'])
    await expect(
      at.install(
        zip([
          { name: 'plugin.json', content: manifest({ name }) },
          { name: 'index.js', content: '' },
        ]),
      ),
    ).rejects.toThrow(/name: .*can be seen/);
});

test('a catalogue names what it offers and what of it can not be understood', async () => {
  using at = setUp();
  const entry = {
    id: 'guest',
    name: 'Guest',
    version: '1.0.0',
    download_url: 'guest.zip',
    checksum_sha256: 'A'.repeat(64),
    size_bytes: 10,
  };
  const file = join(at.dir, 'catalog.json');
  writeFileSync(file, JSON.stringify({ version: 2, plugins: [entry, { ...entry, id: '../x' }, 3] }));
  const { entries, wrong } = await readCatalogue(file);
  expect(entries).toMatchObject([{ id: 'guest', checksum_sha256: 'a'.repeat(64), source: join(at.dir, 'guest.zip') }]);
  expect(wrong).toHaveLength(2);
  mkdirSync(at.folder, { recursive: true });
  expect(existsSync(at.folder)).toBe(true);
});
