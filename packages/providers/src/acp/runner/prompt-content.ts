import type { ImageInput } from '@agor/protocol';
import { err, ok, type Result } from '@agor/runtime';

/** A prompt in the protocol's form, behind `instructions` where there are some, or what is wrong with its images. */
export function promptContent(
  text: string,
  images: readonly ImageInput[],
  agent: { readonly label: string; readonly takesImages: boolean },
  instructions?: string,
): Result<object[], string> {
  if (images.length > 0 && !agent.takesImages) return err(`${agent.label} takes no images.`);
  const content: object[] = text === '' && images.length > 0 ? [] : [{ type: 'text', text }];
  if (instructions !== undefined)
    content.unshift({ type: 'text', text: `<instructions>\n${instructions}\n</instructions>` });
  for (const image of images) {
    if (image.kind !== 'inline') return err(`An image could not be read on its way to ${agent.label}.`);
    content.push({ type: 'image', mimeType: image.mediaType, data: image.data });
  }
  return ok(content);
}
