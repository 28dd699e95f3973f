import type { ImageInput } from '@agor/protocol';
import { err, ok, type Result } from '@agor/runtime';
import type { UserInput } from '../generated/v2/UserInput.ts';

const MEDIA_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** A prompt in Codex's form, or what is wrong with its images. */
export function inputOf(text: string, images: readonly ImageInput[]): Result<UserInput[], string> {
  const input: UserInput[] = text === '' && images.length > 0 ? [] : [{ type: 'text', text, text_elements: [] }];
  for (const image of images) {
    if (image.kind !== 'inline') return err('An image could not be read on its way to Codex.');
    if (!MEDIA_TYPES.includes(image.mediaType))
      return err(`Codex reads images of the types ${MEDIA_TYPES.join(', ')}, not ${image.mediaType}.`);
    input.push({ type: 'image', url: `data:${image.mediaType};base64,${image.data}` });
  }
  return ok(input);
}
