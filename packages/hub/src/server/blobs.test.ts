import { expect, test } from 'bun:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BlobRef, MAX_IMAGE_BYTES } from '@agor/protocol';
import { blobPath } from '@agor/runtime';
import { startTestHub, type TestHub } from '../testing/test-hub.ts';
import { parseRange } from './blobs.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

function put(hub: TestHub, body: Uint8Array<ArrayBuffer>): Promise<Response> {
  const headers = { authorization: `Bearer ${hub.token}`, 'content-type': 'image/png' };
  return fetch(`${hub.url}/blobs`, { method: 'PUT', headers, body });
}
function get(hub: TestHub, name: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${hub.url}/blobs/${name}`, { headers: { authorization: `Bearer ${hub.token}`, ...headers } });
}

test('an image from the composer is kept under its content, and shown as an image', async () => {
  await using hub = await startTestHub();
  const ref = BlobRef.parse(await (await put(hub, new Uint8Array(PNG))).json());
  expect(ref).toMatchObject({ size: PNG.length, mediaType: 'image/png' });
  expect(readFileSync(blobPath(hub.paths.blobsDir, ref.blob))).toEqual(PNG);
  expect(BlobRef.parse(await (await put(hub, new Uint8Array(PNG))).json())).toEqual(ref);
  const shown = await get(hub, ref.blob);
  expect(shown.headers.get('content-type')).toBe('image/png');
  expect(shown.headers.get('content-disposition')).toBeNull();
  expect(Buffer.from(await shown.arrayBuffer())).toEqual(PNG);
});

test('what is no image, or too large, is refused in words', async () => {
  await using hub = await startTestHub();
  const svg = await put(hub, new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'));
  expect(svg.status).toBe(415);
  expect((await put(hub, new Uint8Array(MAX_IMAGE_BYTES + 1))).status).toBe(413);
});

test("an agent's output is downloaded, never run: no type, no script, parts by range", async () => {
  await using hub = await startTestHub();
  const name = 'ab'.repeat(32);
  const path = blobPath(hub.paths.blobsDir, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '<script>alert(1)</script>');
  const whole = await get(hub, name);
  expect(whole.headers.get('content-type')).toBe('application/octet-stream');
  expect(whole.headers.get('content-disposition')).toStartWith('attachment');
  expect(whole.headers.get('x-content-type-options')).toBe('nosniff');
  expect(whole.headers.get('content-security-policy')).toContain('sandbox');
  const part = await get(hub, name, { range: 'bytes=8-12' });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 8-12/25', 'alert']);
  expect((await get(hub, name, { range: 'bytes=99-' })).status).toBe(416);
  expect((await get(hub, '..%2f..%2ftoken')).status).toBe(400);
  expect((await get(hub, 'cd'.repeat(32))).status).toBe(404);
});

test.each([
  ['bytes=0-', { start: 0, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-99', { start: 0, end: 9 }],
  ['bytes=2-99', { start: 2, end: 9 }],
  ['bytes=10-', 'unsatisfiable' as const],
  ['bytes=-', null],
  ['bytes=0-1,3-4', null],
  ['lines=0-1', null],
])('the range %p of ten bytes', (header, expected) => {
  expect(parseRange(header, 10)).toEqual(expected);
});
