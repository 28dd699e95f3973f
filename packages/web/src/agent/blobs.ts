import { BlobRef, MAX_IMAGE_BYTES } from '@agor/protocol';
import { bytes } from './words.ts';

/** Most that "Show all" puts into the page; the rest is a download. */
export const SHOWN_BYTES = 2 * 1024 * 1024;
const LIMIT_MS = 30_000;

export function blobUrl(ref: BlobRef): string {
  return `/blobs/${ref.blob}`;
}

/** The text of a blob, at most SHOWN_BYTES of it. Throws with words for the person. */
export async function readBlobText(ref: BlobRef): Promise<string> {
  const headers = ref.size > SHOWN_BYTES ? { range: `bytes=0-${SHOWN_BYTES - 1}` } : undefined;
  const answer = await fetch(blobUrl(ref), { headers, signal: AbortSignal.timeout(LIMIT_MS) });
  if (answer.status === 404) throw new Error('This text is not kept any more.');
  if (!answer.ok) throw new Error(`agor did not give the text (${answer.status}).`);
  return answer.text();
}

const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** Why this file can't go with a prompt, or null when it can. */
export function refuseImage(file: Pick<File, 'name' | 'type' | 'size'>): string | null {
  const name = file.name || 'The image';
  if (!IMAGE_TYPES.includes(file.type)) return `${name} is no PNG, JPEG, GIF or WebP image.`;
  if (file.size > MAX_IMAGE_BYTES) {
    return `${name} has ${bytes(file.size)}; an image may have ${MAX_IMAGE_BYTES / 1024 / 1024} MB at most.`;
  }
  return null;
}

/** Hands an image to the hub. Throws with words for the person. */
export async function uploadImage(file: Blob): Promise<BlobRef> {
  const answer = await fetch('/blobs', {
    method: 'PUT',
    body: file,
    headers: { 'content-type': file.type },
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  if (!answer.ok) throw new Error((await answer.text()).trim() || `agor did not take the image (${answer.status}).`);
  return BlobRef.parse(await answer.json());
}
