import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { BlobId, type ImageInput, MAX_IMAGE_BYTES, type Prompt } from '@agor/protocol';
import { blobPath, renewBlob, writeFileAtomic } from '@agor/runtime';
import { rejected } from '../failure.ts';
import { SNIFF_BYTES, sniffImage } from '../sniff-image.ts';

/**
 * A prompt whose images are all blobs: an event holds references, never the bytes (architecture §5.10). Writes what came
 * inline into `blobsDir`. Throws REJECTED for what is no image or too large, or when the disk does not take it. What an image is decides its
 * content: a vendor that is given another type refuses the whole conversation from then on.
 */
export function withImagesAsBlobs(prompt: Prompt, blobsDir: string): Prompt {
  if (prompt.images.every((image) => image.kind === 'blob')) return prompt;
  return { ...prompt, images: prompt.images.map((image) => asBlob(image, blobsDir)) };
}

function asBlob(image: ImageInput, blobsDir: string): ImageInput {
  if (image.kind === 'blob') return image;
  const bytes = Buffer.from(image.data, 'base64');
  if (bytes.byteLength === 0) throw rejected('An image of the prompt is empty or no base64.');
  if (bytes.byteLength > MAX_IMAGE_BYTES)
    throw rejected(`An image of the prompt is larger than ${MAX_IMAGE_BYTES / 1024 / 1024} MiB.`);
  const mediaType = sniffImage(bytes.subarray(0, SNIFF_BYTES));
  if (mediaType === null)
    throw rejected('An image of the prompt is no PNG, JPEG, GIF or WebP. Save it as one of these and add it again.');
  const blob = BlobId.parse(createHash('sha256').update(bytes).digest('hex'));
  const path = blobPath(blobsDir, blob);
  try {
    if (!renewBlob(path)) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileAtomic(path, bytes, { mode: 0o600 });
    }
  } catch (error) {
    throw rejected(`An image of the prompt could not be saved: ${(error as Error).message}.`, error);
  }
  return { kind: 'blob', ref: { blob, size: bytes.byteLength, mediaType } };
}
