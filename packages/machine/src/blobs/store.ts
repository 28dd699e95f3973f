import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BLOB_PREVIEW_BYTES, BlobId, type BlobRef } from '@agor/protocol';
import { blobPath, renewBlob, writeFileAtomic } from '@agor/runtime';

/** Files named by their content (architecture §5.10). A blob is never changed, so that writing one twice is one blob. */
export class BlobStore {
  constructor(private readonly dir: string) {}

  /** Durable when it returns. Throws what the file system says; then there is no such blob. */
  put(bytes: Uint8Array, mediaType: string): BlobRef {
    const blob = BlobId.parse(createHash('sha256').update(bytes).digest('hex'));
    const path = this.path(blob);
    if (!renewBlob(path)) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileAtomic(path, bytes, { mode: 0o600 });
    }
    const preview = isText(mediaType) ? { preview: textStart(bytes, BLOB_PREVIEW_BYTES) } : {};
    return { blob, size: bytes.byteLength, mediaType, ...preview };
  }

  has(blob: BlobId): boolean {
    return existsSync(this.path(blob));
  }

  /** The content; null when there is no such blob. */
  read(blob: BlobId): Buffer | null {
    const path = this.path(blob);
    return existsSync(path) ? readFileSync(path) : null;
  }

  path(blob: BlobId): string {
    return blobPath(this.dir, blob);
  }
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || mediaType.startsWith('application/json');
}

/** At most `max` bytes, without half a character at the end. */
function textStart(bytes: Uint8Array, max: number): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, max), { stream: true });
}
