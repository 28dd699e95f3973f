import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@agor/runtime/testing';
import { Face } from './face.ts';

function built() {
  const temp = tempDir();
  const root = join(temp.path, 'web');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), `<!doctype html>${' '.repeat(2000)}`);
  writeFileSync(join(root, 'assets/main-1a2b.js'), `export {};${' '.repeat(2000)}`);
  writeFileSync(join(root, 'icon.png'), 'png');
  writeFileSync(join(temp.path, 'secret.txt'), 'secret');
  const face = new Face(root);
  const get = (path: string, headers: Record<string, string> = {}) =>
    face.respond(new Request(`http://127.0.0.1${path}`, { headers }), path, '127.0.0.1:9700');
  return { get, [Symbol.dispose]: () => temp[Symbol.dispose]() };
}

test('the page is asked for each time, what has its hash in its name never again', async () => {
  using face = built();
  expect(face.get('/')?.headers.get('cache-control')).toBe('no-store');
  expect(face.get('/')?.headers.get('content-security-policy')).toContain('ws://127.0.0.1:9700');
  const script = face.get('/assets/main-1a2b.js');
  expect(script?.headers.get('cache-control')).toContain('immutable');
  expect(script?.headers.get('content-type')).toStartWith('text/javascript');
});

test('text travels compressed to those who can read it', async () => {
  using face = built();
  const zipped = face.get('/assets/main-1a2b.js', { 'accept-encoding': 'gzip, br' });
  expect(zipped?.headers.get('content-encoding')).toBe('gzip');
  const bytes = new Uint8Array((await zipped?.arrayBuffer()) ?? new ArrayBuffer());
  expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toStartWith('export {};');
  expect(face.get('/assets/main-1a2b.js')?.headers.get('content-encoding')).toBeNull();
  expect(face.get('/icon.png', { 'accept-encoding': 'gzip' })?.headers.get('content-encoding')).toBeNull();
});

test('only files of the build are there', () => {
  using face = built();
  for (const path of [
    '/../secret.txt',
    '/assets',
    '/assets/',
    '/assets/../../secret.txt',
    '/nothing',
    '//index.html',
  ]) {
    expect(face.get(path)).toBeNull();
  }
});

test('without a build the page says what to do', async () => {
  const page = new Face(null).respond(new Request('http://127.0.0.1/'), '/', '127.0.0.1:9700');
  expect(await page?.text()).toContain('npm start');
});
