import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { BLOB_PREVIEW_BYTES, BlobMarker } from '@agor/protocol';
import { tempDir } from '@agor/runtime/testing';
import { externalise } from './externalise.ts';
import { BlobStore } from './store.ts';

test('a blob is named by its content and written once', () => {
  using dir = tempDir();
  const store = new BlobStore(dir.path);
  const bytes = Buffer.from('hello');
  const ref = store.put(bytes, 'text/plain');
  expect(store.put(bytes, 'text/plain')).toEqual(ref);
  expect(store.has(ref.blob)).toBe(true);
  expect(readFileSync(store.path(ref.blob), 'utf8')).toBe('hello');
});

test('a long string leaves the event; a short one, and the event’s shape, stay', () => {
  using dir = tempDir();
  const store = new BlobStore(dir.path);
  const long = 'ü'.repeat(40_000);
  const holder = { event: { type: 'tool_result', content: [{ text: long }, { text: 'short' }] } };
  expect(externalise(holder, store)).toBe(1);
  const [first, second] = holder.event.content;
  const { $blob } = BlobMarker.parse(first?.text);
  expect(second?.text).toBe('short');
  expect(readFileSync(store.path($blob.blob), 'utf8')).toBe(long);
  expect($blob.size).toBe(80_000);
  expect(long.startsWith($blob.preview ?? 'no')).toBe(true);
  expect(Buffer.byteLength($blob.preview ?? '')).toBe(BLOB_PREVIEW_BYTES);
});

test('an image becomes a blob of its bytes, not of its base64 text', () => {
  using dir = tempDir();
  const store = new BlobStore(dir.path);
  const image = Buffer.alloc(90_000, 7);
  const holder = {
    event: { source: { type: 'base64', media_type: 'image/png', data: image.toString('base64') as unknown } },
  };
  externalise(holder, store);
  const { $blob } = BlobMarker.parse(holder.event.source.data);
  expect($blob).toMatchObject({ mediaType: 'image/png', size: 90_000 });
  expect($blob.preview).toBeUndefined();
  expect(readFileSync(store.path($blob.blob)).equals(image)).toBe(true);
});
