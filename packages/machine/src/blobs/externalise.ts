import { BLOB_THRESHOLD_BYTES, type BlobMarker } from '@agor/protocol';
import type { BlobStore } from './store.ts';

const TEXT = 'text/plain; charset=utf-8';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Moves each string that is longer than BLOB_THRESHOLD_BYTES out of a raw event into a blob and puts a `BlobMarker` in its place. Changes the
 * value that it is given, which must come fresh from JSON.parse. Returns how many were moved. Throws what the file system says; calling it again
 * goes on with what is left.
 */
export function externalise(holder: { event: unknown }, store: BlobStore): number {
  let moved = 0;
  const todo: Record<string, unknown>[] = [holder];
  for (let parent = todo.pop(); parent !== undefined; parent = todo.pop()) {
    for (const key of Object.keys(parent)) {
      const value = parent[key];
      if (typeof value === 'string' && isLarge(value)) {
        const { bytes, mediaType } = contentOf(value, key, parent);
        parent[key] = { $blob: store.put(bytes, mediaType) } satisfies BlobMarker;
        moved++;
      } else if (typeof value === 'object' && value !== null) todo.push(value as Record<string, unknown>);
    }
  }
  return moved;
}

function isLarge(text: string): boolean {
  return text.length * 3 > BLOB_THRESHOLD_BYTES && Buffer.byteLength(text) > BLOB_THRESHOLD_BYTES;
}

/** An image is kept as what it is, not as its base64 text: that is how vendors mark it, `{ media_type | mimeType, data }`. */
function contentOf(
  text: string,
  key: string,
  parent: Record<string, unknown>,
): { bytes: Uint8Array; mediaType: string } {
  const declared = parent.media_type ?? parent.mimeType;
  if (key === 'data' && typeof declared === 'string' && text.length % 4 === 0 && BASE64.test(text))
    return { bytes: Buffer.from(text, 'base64'), mediaType: declared };
  return { bytes: Buffer.from(text), mediaType: TEXT };
}
