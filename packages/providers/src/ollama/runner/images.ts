import type { ImageInput } from '@agor/protocol';
import { err, ok, type Result } from '@agor/runtime';
import type { ChatImage } from '../server/index.ts';

/** A prompt's images as a model server takes them, or what is wrong with them. */
export function imagesOf(images: readonly ImageInput[]): Result<ChatImage[], string> {
  const read: ChatImage[] = [];
  for (const image of images) {
    if (image.kind !== 'inline') return err('An image could not be read on its way to the model.');
    if (!image.mediaType.startsWith('image/')) return err(`A file of the type ${image.mediaType} is no image.`);
    read.push({ mediaType: image.mediaType, data: image.data });
  }
  return ok(read);
}
